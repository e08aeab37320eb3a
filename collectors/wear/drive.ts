/** Vendor attributes of one SSD, by number: ids stay the same where names depend on a database. */
import type { DeviceFacts, SmartAttribute } from '../facts/device-facts.ts'

/** What the table needs to know of a drive. */
export type DriveFacts = Pick<
  DeviceFacts,
  'model' | 'family' | 'firmware' | 'capacityBytes' | 'attributes'
>

export interface Drive {
  /** Family and model in one text, as in `Samsung based SSDs · Samsung SSD 860 EVO 1TB`. */
  readonly text: string
  readonly firmware: string
  readonly capacityBytes: number | undefined
  has(...ids: readonly number[]): boolean
  /** The id of the first attribute whose name matches. */
  named(pattern: RegExp): number | undefined
  /** As the drive database calls it; empty where the drive has no such attribute. */
  name(id: number): string
  /** Normalised; undefined where the drive has no such attribute. */
  value(id: number): number | undefined
  thresh(id: number): number | undefined
  /** The first number of the raw value as it is printed. */
  raw(id: number): number | undefined
  /** The raw value as its three 16-bit words, highest first, however it is printed. */
  words(id: number): readonly [number, number, number] | undefined
}

export function driveOf(facts: DriveFacts): Drive {
  const byId = new Map(facts.attributes.map((attribute) => [attribute.id, attribute]))
  return {
    text: [facts.family, facts.model].filter(Boolean).join(' · '),
    firmware: facts.firmware ?? '',
    capacityBytes: facts.capacityBytes,
    has: (...ids) => ids.every((id) => byId.has(id)),
    named: (pattern) => facts.attributes.find(({ name }) => pattern.test(name))?.id,
    name: (id) => byId.get(id)?.name ?? '',
    value: (id) => byId.get(id)?.value,
    thresh: (id) => byId.get(id)?.thresh,
    raw: (id) => firstNumberOf(byId.get(id)),
    words: (id) => wordsOf(byId.get(id)),
  }
}

function firstNumberOf(attribute: SmartAttribute | undefined): number | undefined {
  const text = attribute?.rawText.trim() ?? ''
  return numberOf(/^(0x[0-9a-f]+|\d+)/i.exec(text)?.[1]) ?? attribute?.raw
}

function wordsOf(
  attribute: SmartAttribute | undefined,
): readonly [number, number, number] | undefined {
  const text = attribute?.rawText.trim() ?? ''
  const three = /^(\d+) (\d+) (\d+)$/.exec(text)
  if (three !== null) return [Number(three[1]), Number(three[2]), Number(three[3])]
  const whole = firstNumberOf(attribute)
  if (whole === undefined) return undefined
  const word = (index: number) => Math.floor(whole / 2 ** (16 * index)) % 2 ** 16
  return [word(2), word(1), word(0)]
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
