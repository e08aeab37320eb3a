/** Values in text and attributes. */

import { contentOf } from './attribute.ts'
import { type Context, start } from './context.ts'
import { failsafe } from './failsafe.ts'
import { indexOf, type Step, step } from './step.ts'
import { afterPlain, isInTag } from './transition.ts'

const entities: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
}

export const escapeMarkup = (text: string) =>
  text.replace(/[\0"&'+<>]/g, (letter) => entities[letter] ?? letter)

/** Entities that are there already stay what they are. */
export const normalizeMarkup = (text: string) =>
  text.replace(/[\0"'+<>]/g, (letter) => entities[letter] ?? letter)

/** In a value without quotes, where spaces would end it. */
export function escapeUnquoted(text: string, { trusted }: { trusted: boolean }): string {
  if (text === '') return failsafe
  const unsafe = trusted
    ? /[\0\t\n\v\f\r "'+<=>`\ufdd0-\ufdef\ufff0-\uffff]/g
    : /[\0\t\n\v\f\r "&'+<=>`\ufdd0-\ufdef\ufff0-\uffff]/g
  return text.replace(unsafe, (letter) => {
    if (letter === '\0') return '&#xfffd;'
    if (letter > '\x7f') return `&#x${letter.charCodeAt(0).toString(16)};`
    return entities[letter] ?? `&#${letter.charCodeAt(0)};`
  })
}

/** The name of an attribute, where it is one that holds plain text. */
export function filterName(text: string): string {
  const name = text.toLowerCase()
  return /^[a-z0-9]+$/.test(name) && contentOf(name) === 'plain' ? name : failsafe
}

/** The text of markup, for an attribute. */
export function withoutTags(markup: string): string {
  let context = start
  let text = ''
  for (let at = 0; at < markup.length; ) {
    const { context: next, read, shown } = pieceOf(context, markup.slice(at))
    text += shown
    context = next
    at += read
  }
  return text
}

function pieceOf(c: Context, rest: string): Step & { readonly shown: string } {
  if (c.delimiter !== '') {
    const end = indexOf(valueEnds[c.delimiter], rest)
    const read = c.delimiter === 'space' ? end : end + 1
    return { ...step({ ...start, state: 'tag', element: c.element }, read), shown: '' }
  }
  const state = c.element !== '' && !isInTag(c.state) ? 'rcdata' : c.state
  const { context, read } = afterPlain({ ...c, state }, rest)
  if (state !== 'text' && state !== 'rcdata') return { context, read, shown: '' }
  const piece = rest.slice(0, read)
  const shown = context.state === state ? piece : piece.slice(0, piece.lastIndexOf('<'))
  return { context, read, shown }
}

const valueEnds = { '"': /"/g, "'": /'/g, space: /[ \t\n\f\r>]/g } as const
