/** A title with a value, as attachments in Slack, Mattermost and Rocket.Chat show them. */
import { fields, type Place, refusal, text, truth } from '../config/reader.ts'
import type { Page } from './chat.ts'

export interface Field {
  readonly title: string
  readonly value: string
  readonly short: boolean | undefined
}

const keys = { known: ['title', 'value', 'short'] }

/** `vendor` as the refusal names it. */
export function fieldOf(vendor: string): (at: Place) => Field {
  return (at) => {
    const own = fields(at, keys)
    const given = (name: 'title' | 'value') => {
      const template = own.optional(name, text) ?? ''
      if (template === '') throw refusal(at, `missing ${name} in ${vendor} field configuration`)
      return template
    }
    return { title: given('title'), value: given('value'), short: own.optional('short', truth) }
  }
}

/** `isShort`: where the field itself does not say. */
export function shownFields(page: Page, all: readonly Field[], isShort: boolean) {
  return all.map(({ title, value, short }) => ({
    title: page.text(title),
    value: page.text(value),
    short: short ?? isShort,
  }))
}
