/** Damage as it happens to recorded outputs: bytes, lines, values, ends. */
import type { Random } from '#lib/random'

/** What stands in the place of a number when a device, a driver or a disk goes mad. */
const extremes = [
  '0',
  '-1',
  '255',
  '65535',
  '4294967295',
  '18446744073709551615',
  '340282366920938463463374607431768211456',
  '1e999',
  '-1e308',
  '0.0000001',
  'NaN',
  'null',
  '""',
  '"x"',
  '{}',
  '[]',
  '[[[]]]',
  '{"value":{}}',
]

type Change = (text: string, random: Random) => string

const changes: readonly Change[] = [
  (text, random) => text.slice(0, below(random, text.length + 1)),
  (text, random) => text.slice(below(random, text.length + 1)),
  replaceNumber,
  replaceNumber,
  replaceNumber,
  (text, random) => {
    const at = below(random, text.length + 1)
    const char = String.fromCharCode(below(random, random.fraction() < 0.9 ? 256 : 65_536))
    return text.slice(0, at) + char + text.slice(at + below(random, 3))
  },
  (text, random) => {
    const lines = text.split('\n')
    const [a, b] = [below(random, lines.length), below(random, lines.length)]
    return lines.with(a, lines[b] ?? '').join('\n')
  },
  (text, random) => {
    const lines = text.split('\n')
    return lines.toSpliced(below(random, lines.length), 1 + below(random, 8)).join('\n')
  },
  (text, random) => {
    const start = below(random, text.length + 1)
    return text + text.slice(start, start + below(random, 400))
  },
]

/** One to four changes. */
export function mutated(text: string, random: Random): string {
  let result = text
  for (let i = 0; i <= below(random, 4); i++) {
    const change = changes[below(random, changes.length)]
    result = change?.(result, random) ?? result
  }
  return result
}

function replaceNumber(text: string, random: Random): string {
  const from = below(random, text.length + 1)
  const number = /\d+(\.\d+)?/g
  number.lastIndex = from
  const found = number.exec(text)
  if (found === null) return text
  const value = extremes[below(random, extremes.length)] ?? ''
  return text.slice(0, found.index) + value + text.slice(number.lastIndex)
}

const below = (random: Random, limit: number) => Math.floor(random.fraction() * limit)
