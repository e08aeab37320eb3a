/** The fields of one mapping in a YAML file, and what they may hold. */
import type { Labels } from '#lib/labels'
import type { Entry, Placed } from '../yaml-place.ts'

export type Fields = ReadonlyMap<string, Entry>

export const fieldsOf = (item: Placed, expected: string, allowed: readonly string[]): Fields =>
  new Map(item.entries(expected, allowed).map((entry) => [entry.key, entry]))

/** Nothing is an empty list. */
export const listOf = (entry: Entry | undefined, expected: string) =>
  entry?.value.list(expected) ?? []
export const textOf = (entry: Entry | undefined) => entry?.value.text('a text') ?? ''

export const labelsOf = (entry: Entry | undefined): Labels =>
  Object.fromEntries(
    (entry?.value.entries('names with values') ?? []).map(({ key, value }) => [
      key,
      value.text('a text'),
    ]),
  )

const special: Readonly<Record<string, number>> = {
  '.nan': Number.NaN,
  '.inf': Number.POSITIVE_INFINITY,
  '+.inf': Number.POSITIVE_INFINITY,
  '-.inf': Number.NEGATIVE_INFINITY,
}

/** As YAML writes numbers. */
export function readNumber(entry: Entry | undefined): number {
  if (entry === undefined || entry.value.isNothing) return 0
  const text = entry.value.text('a number').replaceAll('_', '')
  const known = special[text.toLowerCase()]
  if (known !== undefined) return known
  if (/^[-+]?(0x[\da-f]+|0b[01]+|0o[0-7]+)$/i.test(text))
    return Number(text.replace(/^[-+]/, '')) * (text.startsWith('-') ? -1 : 1)
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number(text)
  throw entry.value.wrong(`"${text}" is no number; YAML writes 1.5, .inf and .nan`)
}

export function readTruth(entry: Entry | undefined): boolean {
  const text = textOf(entry).toLowerCase()
  if (/^(true|yes|on|y)$/.test(text)) return true
  if (entry === undefined || /^(|false|no|off|n)$/.test(text)) return false
  throw entry.value.wrong(`${entry.key} is "${text}"; write true or false`)
}
