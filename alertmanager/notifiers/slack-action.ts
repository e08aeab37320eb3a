/** A button or menu below a message in Slack. */
import { fields, type Place, refusal, text } from '../config/reader.ts'
import type { Page } from './chat.ts'
import { filled, readTemplates, withoutEmpty } from './template-options.ts'

const empty = { text: '', type: '', url: '', name: '', value: '', style: '' }

const keys = { known: [...Object.keys(empty), 'confirm'] }

export interface SlackAction extends Readonly<typeof empty> {
  readonly confirm?: Confirmation | undefined
}

const silent = { text: '', title: '', ok_text: '', dismiss_text: '' }

type Confirmation = Readonly<typeof silent>

export function readAction(at: Place): SlackAction {
  const own = fields(at, keys)
  const action = readTemplates(own, empty)
  for (const name of ['type', 'text'] as const)
    if (action[name] === '') throw refusal(at, `missing ${name} in Slack action configuration`)
  const confirm = own.optional('confirm', readConfirmation)
  // An address makes it a link, which nobody has to confirm and Slack tells nobody about.
  if (action.url !== '') return { ...action, name: '', value: '' }
  if (action.name === '') throw refusal(at, 'missing name or url in Slack action configuration')
  return { ...action, confirm }
}

function readConfirmation(at: Place): Confirmation {
  const own = fields(at, { known: Object.keys(silent) })
  if ((own.optional('text', text) ?? '') === '')
    throw refusal(at, 'missing text in Slack confirmation configuration')
  return readTemplates(own, silent)
}

export function shownAction(page: Page, { confirm, ...action }: SlackAction) {
  return withoutEmpty({
    ...filled(action, page.text),
    confirm: confirm && withoutEmpty(filled(confirm, page.text)),
  })
}
