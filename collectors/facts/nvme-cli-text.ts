/** The text of `nvme smart-log` and `nvme id-ctrl` as the JSON that `-o json` would have given. */
import type { Json } from '../smart/json.ts'
import { groupedCount } from './grouped-count.ts'

export function isNvmeCliText(text: string): boolean {
  return /^Smart Log for NVME|^NVME Identify Controller|^ *percentage_used +: /im.test(text)
}

const counts = [
  'available_spare',
  'percentage_used',
  'data_units_read',
  'data_units_written',
  'power_on_hours',
  'media_errors',
  'tnvmcap',
]
const words = ['sn', 'mn', 'fr']

export function nvmeCliTextAsJson(text: string): Json {
  const labels = labelsOf(text)
  const of = (keys: readonly string[], read: (value: string) => unknown) =>
    keys.flatMap((key) => {
      const value = labels.get(key)
      const found = value === undefined ? undefined : read(value)
      return found === undefined ? [] : [[key, found]]
    })
  return Object.fromEntries([
    ...of(counts, groupedCount),
    ...of(words, (value) => value),
    ...of(['critical_warning'], maskIn),
    ...of(['temperature'], degreesIn),
  ])
}

/** `power_on_hours : 742`; later versions write spaces in some names, as in `Data Units Read`. */
function labelsOf(text: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, label, value] = /^\s*([A-Za-z][\w ]{0,40}?)\s*:\s*(\S.*?)\s*$/.exec(line) ?? []
    const key = label?.toLowerCase().replaceAll(' ', '_')
    if (key !== undefined && !labels.has(key)) labels.set(key, value ?? '')
  }
  return labels
}

function maskIn(value: string): number | undefined {
  return /^(0x[\da-f]{1,2}|\d{1,3})$/i.test(value) ? Number(value) : undefined
}

/** `34 C`, `34 °C (307 K)`, `94 °F (307 K)`: kelvins, where they are told, need no conversion. */
function degreesIn(value: string): number | undefined {
  const kelvin = /\b(\d{3}) ?K\b/.exec(value)?.[1]
  const celsius = /^(-?\d{1,3}) ?\W{0,2}C\b/.exec(value)?.[1]
  const found = kelvin ?? celsius
  return found === undefined ? undefined : Number(found)
}
