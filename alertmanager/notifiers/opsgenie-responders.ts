/** Whom an Opsgenie alert goes to. */
import { fields, list, type Place, refusal } from '../config/reader.ts'
import { filled, readTemplates, type Texts, withoutEmpty } from './template-options.ts'

export type Responder = Texts<'id' | 'name' | 'username' | 'type'>

const types = /^(team|teams|user|escalation|schedule)$/

export const readResponders = list((at) => {
  const names = { id: '', name: '', username: '', type: '' }
  const responder = readTemplates(fields(at, { known: Object.keys(names) }), names)
  return checked(responder, at)
})

function checked(responder: Responder, at: Place): Responder {
  const { id, name, username, type } = responder
  if (id === '' && name === '' && username === '')
    throw refusal(
      at,
      `opsGenieConfig responder ${shown(responder)} ` +
        'has to have at least one of id, username or name specified',
    )
  // What a template will say is known when it is filled.
  if (!type.includes('{{') && !types.test(type.toLowerCase()))
    throw refusal(
      at,
      `opsGenieConfig responder ${shown(responder)} ` +
        `type does not match valid options ${types.source}`,
    )
  return responder
}

const shown = ({ id, name, username, type }: Responder) => `{${id} ${name} ${username} ${type}}`

/** `teams` names several at once. A responder whose templates say nothing is none. */
export function filledResponders(
  responders: readonly Responder[],
  fill: (template: string) => string,
): readonly object[] {
  return responders.flatMap((templates) => {
    const responder = filled(templates, fill)
    const { id, name, username } = responder
    if (id === '' && name === '' && username === '') return []
    const type = responder.type.toLowerCase()
    if (!types.test(type))
      throw new Error(
        `the responder type ${type} is none of team, teams, user, escalation, schedule`,
      )
    if (type !== 'teams') return [withoutEmpty({ ...responder, type })]
    return name.split(',').flatMap((team) => {
      const trimmed = team.trim()
      return trimmed === '' ? [] : [{ name: trimmed, type: 'team' }]
    })
  })
}
