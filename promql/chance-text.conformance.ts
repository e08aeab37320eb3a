/** Texts that are expressions, that nearly are, and that are none: what a fuzzer feeds a parser. */
import type { Random } from '#lib/random'
import { randomExpression } from './peer-chance.conformance.ts'
import { expressions, newerExpressions } from './peer-expressions.conformance.ts'

const scraps = [
  ...['sum', 'rate', 'topk', 'count_values', 'up', 'temperature', 'a:b', 'offset', '@', 'bool'],
  ...['by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'and', 'or', 'unless'],
  ...['(', ')', '{', '}', '[', ']', ',', ':', '=', '!=', '=~', '!~', '==', '>', '<=', 'start()'],
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '^',
    'atan2',
    '5m',
    '1h30m',
    '0s',
    '300',
    '1e9',
    '0x1f',
    'Inf',
    'NaN',
  ],
  ...[
    '"x"',
    "'y'",
    '`z`',
    '"(.*)"',
    '"\\xff"',
    '"é"',
    '__name__',
    'le',
    'disk',
    '# remark\n',
    '\n',
  ],
  ...['anchored', 'smoothed', 'fill', 'fill_left (1)', 'info'],
  ...['[5m]', '[5m:1m]', '{rack="a"}', 'offset -5m', '@ end()', 'time()', '9223372036854775807'],
]

/** What only the newest Prometheus knows, which is none of the servers at hand. */
const newest: readonly string[] = [
  'info(temperature)',
  'info(up, {job=~".+", __name__=~".+_info"})',
  'temperature + on (disk) fill (0) flat',
  'temperature > bool on (instance) group_left (rack) fill_left (1) fill_right (-2m) up',
  'rate(requests_total[5m] anchored)',
  'increase(requests_total[3m] smoothed offset 1m) / changes(flat anchored[2m])',
  'sum by (smoothed) (anchored smoothed @ end())',
  'min_of(1, max_of(step(), range()))',
]

const all = [...expressions, ...newerExpressions, ...newerExpressions, ...newest]

export function chanceText(random: Random): string {
  const pick = <T>(from: readonly T[]): T | undefined =>
    from[Math.floor(random.fraction() * from.length)]
  const piece = () => pick(scraps) ?? ''
  switch (Math.floor(random.fraction() * 4)) {
    case 0:
      return randomExpression(random, 4)
    case 1:
      return Array.from({ length: 1 + Math.floor(random.fraction() * 14) }, piece).join(
        pick(['', ' ', ' ']),
      )
    default: {
      const tokens = tokensOf(pick(all) ?? '')
      const changes = 1 + Math.floor(random.fraction() * 3)
      for (let i = 0; i < changes; i++) change(tokens, { random, piece })
      return tokens.join('')
    }
  }
}

const tokensOf = (text: string): string[] => text.match(/\w+|\s+|"[^"]*"|[=!<>]=|[\s\S]/g) ?? []

interface Changing {
  readonly random: Random
  piece(): string
}

/** One token goes, comes, is another's, or stands twice. */
function change(tokens: string[], { random, piece }: Changing): void {
  const at = Math.floor(random.fraction() * (tokens.length + 1))
  const other = tokens[Math.floor(random.fraction() * tokens.length)] ?? ''
  switch (Math.floor(random.fraction() * 4)) {
    case 0:
      tokens.splice(at, 1)
      break
    case 1:
      tokens.splice(at, 0, piece())
      break
    case 2:
      tokens.splice(at, 1, other)
      break
    default:
      tokens.splice(at, 0, tokens[at] ?? '')
  }
}
