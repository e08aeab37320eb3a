/** Facts in the SMART attributes of an ATA device: ids by custom, raw values in dialects. */
import { type Json, listAt, numberAt, textAt } from '../smart/json.ts'
import type { SmartAttribute } from './device-facts.ts'
import { temperatureIn } from './plausible.ts'

export function attributesOf(answer: Json): readonly SmartAttribute[] {
  return listAt(answer, 'ata_smart_attributes.table').flatMap((row) => {
    const id = numberAt(row, 'id')
    const value = numberAt(row, 'value')
    if (id === undefined || value === undefined) return []
    const rawText = textAt(row, 'raw.string') ?? textAt(row, 'raw.value') ?? ''
    return [
      {
        id,
        name: textAt(row, 'name') ?? '',
        value,
        worst: numberAt(row, 'worst') ?? value,
        thresh: numberAt(row, 'thresh') ?? 0,
        whenFailed: textAt(row, 'when_failed') ?? '',
        raw: numberAt(row, 'raw.value') ?? countIn(rawText),
        rawText,
      },
    ]
  })
}

/** The count that a raw value begins with: `2725 (151 234 0)`, `47060h+35m+00.858s`, `0x405f`. */
export function countIn(rawText: string): number | undefined {
  const text = /^(0x[\da-f]{1,14}|\d{1,20})(?![\da-f])/i.exec(rawText.trim())?.[1]
  return text === undefined ? undefined : Number(text)
}

/**
 * A vendor may give an id another meaning, which the drive database of smartctl then names. So the
 * name has to fit as well, unless it is a name for what nobody knows.
 */
export function countOf(
  attributes: readonly SmartAttribute[],
  id: number,
  meaning: RegExp,
): number | undefined {
  const found = attributes.find((each) => each.id === id)
  if (found === undefined || !(meaning.test(found.name) || /^unknown/i.test(found.name)))
    return undefined
  const count = countIn(found.rawText)
  // Some drives count pending sectors that are none; the database says so in the name.
  return /^bogus/i.test(found.name) && count !== 0 ? undefined : count
}

export const reallocatedOf = (attributes: readonly SmartAttribute[]) =>
  countOf(attributes, 5, /realloc|reassign|retire|remap|bad|defect/i)
export const pendingOf = (attributes: readonly SmartAttribute[]) =>
  countOf(attributes, 197, /pend/i)
export const offlineUncorrectableOf = (attributes: readonly SmartAttribute[]) =>
  countOf(attributes, 198, /uncorr|unc_/i)

/** Some disks count minutes or seconds, which smartctl turns into hours as in `1024h+56m`. */
export function hoursOf(attributes: readonly SmartAttribute[]): number | undefined {
  const found = attributes.find(({ id }) => id === 9)
  const turned = /^(\d{1,9})h/.exec(found?.rawText.trim() ?? '')?.[1]
  if (turned !== undefined && /power_?on/i.test(found?.name ?? '')) return Number(turned)
  return countOf(attributes, 9, /power_?on_?h(?!alf)|hour/i)
}

/** The lowest word of the raw value is the temperature now; the rest are extremes. */
export function temperatureOf(attributes: readonly SmartAttribute[]): number | undefined {
  for (const id of [194, 190]) {
    const degrees = countOf(attributes, id, /temp/i)
    const now = degrees === undefined ? undefined : temperatureIn(degrees % 2 ** 16)
    if (now !== undefined) return now
  }
  return undefined
}
