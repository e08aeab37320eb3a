/** Bodies in text format: mostly right, with every oddity that the format allows or nearly does. */
import type { Chance } from './chance.ts'

const names = ['a', 'b', 'c', 'up', 'jobs_total', 'h', 's'] as const
const suffixed = ['h_count', 'h_sum', 'h_bucket', 's_sum', 's_count', 'a_count'] as const
const oddNames = [
  's_count',
  'ns:x',
  '_',
  'push_time_seconds',
  'A9',
  '9a',
  'é',
  '',
  'a-b',
  ':',
] as const
const types = ['counter', 'gauge', 'untyped', 'GAUGE', 'histogram', 'summary', ''] as const
const oddTypes = ['info', 'unknown', 'gaugehistogram', 'gauge ', '"gauge"'] as const
/** Mostly a name keeps its type, or hardly anything could stand beside anything. */
const typesByName: ReadonlyMap<string, string> = new Map([
  ...(['a', 'up'] as const).map((name) => [name, 'gauge'] as const),
  ...[['b', 'counter'] as const, ['h', 'histogram'] as const, ['s', 'summary'] as const],
])
const labelNames = ['x', 'y', 'z', 'job', 'instance', 'le', 'quantile', '_q'] as const
const oddLabelNames = ['__name__', '__x', 'a:b', 'é', '', '"x"', 'X1'] as const
const labelValues = ['', 'v', 'w', '1', '+Inf', 'é', '😀', '￿', '\\n', '\\\\', '\\"', ' '] as const
const oddValues = ['\\t', '\n', '"', '\\', '\u0000', '\r', '}', ',', '\u2028'] as const
const numbers = [
  '0',
  '1',
  '-1',
  '2.5',
  '1e3',
  '1E-9',
  '.5',
  '5.',
  '+1',
  'NaN',
  '+Inf',
  '-Inf',
] as const
const moreNumbers = [
  ...['inf', 'Infinity', 'nan', '1e308', '5e-324', '123456789012345678', '0.1e21', '1000000'],
  ...['9007199254740993', '-0', '00012', '1e+06'],
] as const
const helps = ['Help.', '', 'é\\n\\\\', '"q"', '# TYPE a gauge', '\\t'] as const
const badNumbers = ['', '1_0', '0x1p3', '1e400', '--1', '1e', 'NaNs', '1,5', '٣', '1 2'] as const

export function textBody(chance: Chance): Buffer {
  const names = chance.many(0, 4, () => nameOf(chance))
  const families = distinct(chance, names).map((name) => family(chance, name))
  const text = families.join('')
  return Buffer.from(chance.oneIn(60) ? text.slice(0, -1) : text)
}

/** Without those that are there already, but for once in a while. */
function distinct(chance: Chance, names: readonly string[]): readonly string[] {
  return chance.oneIn(20) ? names : [...new Set(names)]
}

function family(chance: Chance, name: string): string {
  const type = typeOf(chance, name)
  if (type === 'histogram' && !chance.oneIn(5))
    return head(chance, name, type) + histogram(chance, name)
  if (type === 'summary' && !chance.oneIn(5))
    return head(chance, name, type) + summary(chance, name)
  const lines = chance.many(0, 4, () => line(chance, name))
  return head(chance, name, type) + lines.join('')
}

function typeOf(chance: Chance, name: string): string {
  if (chance.oneIn(60)) return chance.of(oddTypes)
  return chance.oneIn(6) ? chance.of(types) : (typesByName.get(name) ?? 'untyped')
}

function nameOf(chance: Chance): string {
  if (chance.oneIn(12)) return chance.of(suffixed)
  return chance.oneIn(40) ? chance.of(oddNames) : chance.of(names)
}

function head(chance: Chance, name: string, type: string): string {
  const help = chance.oneIn(3) ? `# HELP ${name} ${chance.of(helps)}\n` : ''
  const told = type === '' ? '' : `#${chance.oneIn(30) ? '\t' : ' '}TYPE ${name} ${type}\n`
  const noise = chance.oneIn(20)
    ? chance.of(['\n', '# note\n', '#\n', ' \t\n', '# EOF\n', '\r\n'])
    : ''
  return chance.oneIn(15) ? told + help + noise : help + told + noise
}

function line(chance: Chance, name: string, extra = ''): string {
  const own = labels(chance, extra)
  const gap = chance.oneIn(25) ? chance.of(['\t', '  ', '']) : ' '
  const stamp = chance.oneIn(60) ? chance.of([' 1000', ' -1', ' x', ' 1 2', ' ']) : ''
  return `${name}${own}${gap}${number(chance)}${stamp}\n`
}

function labels(chance: Chance, extra: string): string {
  const own = distinct(
    chance,
    chance.many(0, 3, () => labelName(chance)),
  )
  const pairs = own.map((name) => label(chance, name))
  if (extra !== '') pairs.push(extra)
  if (pairs.length === 0) return chance.oneIn(4) ? '{}' : ''
  const gap = chance.oneIn(20) ? ' ' : ''
  return `{${pairs.join(`,${gap}`)}${chance.oneIn(10) ? ',' : ''}${gap}}`
}

function labelName(chance: Chance): string {
  return chance.oneIn(40) ? chance.of(oddLabelNames) : chance.of(labelNames)
}

function label(chance: Chance, name = labelName(chance)): string {
  const value = chance.oneIn(60) ? chance.of(oddValues) : chance.of(labelValues)
  return `${name}${chance.oneIn(40) ? ' = ' : '='}"${value}"`
}

function number(chance: Chance): string {
  if (chance.oneIn(60)) return chance.of(badNumbers)
  if (chance.oneIn(3)) return String((chance.random.fraction() - 0.3) * 10 ** chance.below(30))
  return chance.oneIn(4) ? chance.of(moreNumbers) : chance.of(numbers)
}

function histogram(chance: Chance, name: string): string {
  const own = chance.oneIn(2) ? [label(chance)] : []
  const bounds = chance.many(0, 4, () => chance.of(['0.1', '1', '1.0', '1e6', '+Inf', 'NaN', '-1']))
  const buckets = bounds.map((le) =>
    compound(`${name}_bucket`, [...own, `le="${le}"`], count(chance)),
  )
  const sum = chance.oneIn(8) ? '' : compound(`${name}_sum`, own, number(chance))
  const total = chance.oneIn(8) ? '' : compound(`${name}_count`, own, count(chance))
  return buckets.join('') + sum + total
}

function summary(chance: Chance, name: string): string {
  const own = chance.oneIn(2) ? [label(chance)] : []
  const points = chance.many(0, 3, () => chance.of(['0.5', '0.50', '0.99', '1', 'NaN', '2']))
  const lines = points.map((q) => compound(name, [...own, `quantile="${q}"`], number(chance)))
  const sum = chance.oneIn(8) ? '' : compound(`${name}_sum`, own, number(chance))
  const total = chance.oneIn(8) ? '' : compound(`${name}_count`, own, count(chance))
  return lines.join('') + sum + total
}

const count = (chance: Chance) => (chance.oneIn(30) ? number(chance) : String(chance.below(100)))

function compound(name: string, pairs: readonly string[], value: string): string {
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
}
