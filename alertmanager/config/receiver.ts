/** Reads one entry of `receivers:`; each notifier reads its own part. */

import { notifierKinds } from '../notifiers/index.ts'
import type { NotifierConfig } from '../notifiers/notifier.ts'
import type { GlobalConfig } from './global.ts'
import { fields, list, type Place, text } from './reader.ts'

export interface Receiver {
  readonly name: string
  readonly integrations: readonly Integration[]
}

export interface Integration extends NotifierConfig {
  /** `webhook`. */
  readonly name: string
  /** Which one of its receiver's integrations of this name. */
  readonly index: number
}

export function readReceiver(at: Place, global: GlobalConfig): Receiver {
  const own = fields(at, {
    known: ['name', ...notifierKinds.map((kind) => kind.key)],
    later: ['labels'],
  })
  const integrations = notifierKinds.flatMap((kind) => {
    const entries =
      own.optional(
        kind.key,
        list((place) => kind.read(place, global)),
      ) ?? []
    return entries.map((entry, index) => ({ ...entry, name: kind.name, index }))
  })
  return { name: own.required('name', text), integrations }
}
