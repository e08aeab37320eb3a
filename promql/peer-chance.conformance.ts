/** Well-typed expressions made by chance, over the metrics of the peer's samples. */
import type { Random } from '#lib/random'

const metrics = [
  ...['requests_total', 'temperature', 'bytes_free', 'bytes_size', 'up', 'flat', 'jittery'],
  ...['sparse', 'late', 'negative', 'flapping', 'node_info', 'jittery_total'],
]
const matchers = ['', '', '{rack="a"}', '{instance=~"a1|b2"}', '{disk!="sda"}', '{rack!~"b"}']
const shifts = ['', '', '', ' offset 2m', ' offset -90s', ' @ 1700001111', ' @ end()']
const ranges = ['2m', '5m', '61s', '13m']
const steps = ['', '30s', '50s']
const overRange = [
  ...['rate', 'increase', 'delta', 'irate', 'deriv', 'changes', 'resets', 'avg_over_time'],
  ...['max_over_time', 'sum_over_time', 'count_over_time', 'last_over_time', 'stddev_over_time'],
]
const overVector = ['abs', 'ceil', 'floor', 'sgn', 'round', 'sqrt', 'timestamp', 'exp']
const aggregations = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev']
const groupings = ['', ' by (rack)', ' by (instance)', ' without (disk)', ' by (rack, instance)']
const arithmetic = ['+', '-', '*', '/', '%', '^']
const comparisons = ['==', '!=', '>', '<', '>=', '<=']
const matchings = [
  '',
  ' on(instance)',
  ' ignoring(disk)',
  ' on(instance, rack) group_left()',
  ' on()',
]

export function randomExpression(random: Random, depth = 3): string {
  const pick = (from: readonly string[]) => from[Math.floor(random.fraction() * from.length)] ?? ''
  const inner = () => randomExpression(random, depth - 1)
  const selector = () => `${pick(metrics)}${pick(matchers)}`
  const scalar = () => pick(['1', '2.5', '-3', '0', '1e3', 'time()', 'scalar(up{instance="a1"})'])
  const forms = [
    () => `${selector()}${pick(shifts)}`,
    () => `${pick(overRange)}(${selector()}[${pick(ranges)}]${pick(shifts)})`,
    () => `${pick(overVector)}(${inner()})`,
    () => `${pick(aggregations)}${pick(groupings)} (${inner()})`,
    () => `(${inner()} ${pick(arithmetic)} ${scalar()})`,
    () => `(${scalar()} ${pick(comparisons)}${pick(['', ' bool'])} ${inner()})`,
    () => `(${inner()} ${pick(arithmetic)}${pick(matchings)} ${inner()})`,
    () => `(${inner()} ${pick(comparisons)}${pick(['', ' bool'])}${pick(matchings)} ${inner()})`,
    () => `(${inner()} ${pick(['and', 'or', 'unless'])}${pick(matchings.slice(0, 3))} ${inner()})`,
    () => `${pick(overRange)}((${inner()})[${pick(ranges)}:${pick(steps)}]${pick(shifts)})`,
    () => `-${selector()} ^ 2`,
  ]
  const form = depth === 0 ? forms[0] : forms[Math.floor(random.fraction() * forms.length)]
  return form?.() ?? ''
}
