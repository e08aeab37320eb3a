/** Reads one entry of `receivers:`; each notifier reads its own part. */
import type { Labels } from '#lib/labels'
import { notifierKinds } from '../notifiers/index.ts'
import type { NotifierConfig } from '../notifiers/notifier.ts'
import type { GlobalConfig } from './global.ts'
import { fields, list, type Place, refusal, text, textMap } from './reader.ts'
import { labelName } from './route-matchers.ts'

export interface Receiver {
  readonly name: string
  /** By which receivers are found. */
  readonly labels: Labels
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
    known: ['name', 'labels', ...notifierKinds.map((kind) => kind.key)],
  })
  const integrations = notifierKinds.flatMap((kind) => {
    const entries =
      own.optional(
        kind.key,
        list((place) => kind.read(place, global)),
      ) ?? []
    return entries.map((entry, index) => ({ ...entry, name: kind.name, index }))
  })
  const name = own.optional('name', text) ?? ''
  if (name === '') throw refusal(at, 'missing name in receiver')
  return { name, labels: own.optional('labels', readLabels) ?? {}, integrations }
}

function readLabels(at: Place): Labels {
  const labels = textMap(at)
  for (const name of labels.keys()) labelName(at, name, 'in receiver labels')
  return Object.fromEntries(labels)
}
