/** What each function takes and gives. A function is known when it stands here. */
import { isFrom, type Version } from './dialect.ts'
import type { ValueType } from './expression.ts'

export interface Signature {
  readonly takes: readonly ValueType[]
  /** How many of the last arguments may be left out. */
  readonly optional: number
  /** The last argument may stand any number of times more. */
  readonly repeats: boolean
  /** How many arguments there may be; absent: any number where the last one may repeat. */
  readonly most?: number
  readonly gives: ValueType
  /** The first Prometheus that knows it, and the last; absent: there is none before or after. */
  readonly since?: Version
  readonly until?: Version
}

export const signatures: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ...over(
    ['matrix'],
    [
      ...['rate', 'increase', 'delta', 'irate', 'idelta', 'deriv', 'changes', 'resets'],
      ...['avg_over_time', 'min_over_time', 'max_over_time', 'sum_over_time', 'count_over_time'],
      ...['last_over_time', 'present_over_time', 'stddev_over_time', 'stdvar_over_time'],
      'absent_over_time',
    ],
  ),
  ...over(['scalar', 'matrix'], ['quantile_over_time']),
  ...over(['matrix', 'scalar'], ['predict_linear']),
  ...over(
    ['vector'],
    [
      ...['abs', 'ceil', 'floor', 'sqrt', 'exp', 'ln', 'log2', 'log10', 'sgn', 'deg', 'rad'],
      ...['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'],
      ...['asinh', 'acosh', 'atanh', 'timestamp', 'absent', 'sort', 'sort_desc'],
    ],
  ),
  ...over(['vector', 'scalar'], ['clamp_min', 'clamp_max']),
  ...over(['vector', 'scalar', 'scalar'], ['clamp']),
  ...over(['scalar', 'vector'], ['histogram_quantile']),
  ...over(['scalar', 'scalar', 'vector'], ['histogram_fraction']),
  ...over(['vector'], ['histogram_count', 'histogram_sum']),
  ...over(['vector', 'string', 'string', 'string', 'string'], ['label_replace']),
  ['round', { takes: ['vector', 'scalar'], optional: 1, repeats: false, gives: 'vector' }],
  [
    'label_join',
    {
      takes: ['vector', 'string', 'string', 'string'],
      optional: 1,
      repeats: true,
      gives: 'vector',
    },
  ],
  ...[
    ...['minute', 'hour', 'day_of_week', 'day_of_month', 'day_of_year'],
    ...['days_in_month', 'month', 'year'],
  ].map((name): [string, Signature] => [
    name,
    { takes: ['vector'], optional: 1, repeats: false, gives: 'vector' },
  ]),
  ...within({ since: '3.5' }, [
    ...over(
      ['matrix'],
      ['mad_over_time', 'ts_of_last_over_time', 'ts_of_min_over_time', 'ts_of_max_over_time'],
    ),
    ...over(['matrix', 'scalar', 'scalar'], ['double_exponential_smoothing']),
    ...over(['vector'], ['histogram_avg', 'histogram_stddev', 'histogram_stdvar']),
    ...['sort_by_label', 'sort_by_label_desc'].map((name): [string, Signature] => [
      name,
      { takes: ['vector', 'string'], optional: 1, repeats: true, gives: 'vector' },
    ]),
  ]),
  ...within({ since: '3' }, [
    ['info', { takes: ['vector', 'vector'], optional: 1, repeats: false, gives: 'vector' }],
    [
      'histogram_quantiles',
      {
        takes: ['vector', 'string', 'scalar', 'scalar'],
        optional: 1,
        repeats: true,
        most: 12,
        gives: 'vector',
      },
    ],
    ...over(['matrix'], ['first_over_time', 'ts_of_first_over_time']),
    ...['min_of', 'max_of'].map((name): [string, Signature] => [
      name,
      { takes: ['scalar', 'scalar'], optional: 0, repeats: false, gives: 'scalar' },
    ]),
    ...['start', 'end', 'step', 'range'].map((name): [string, Signature] => [
      name,
      { takes: [], optional: 0, repeats: false, gives: 'scalar' },
    ]),
  ]),
  ...within({ until: '2.42' }, over(['matrix', 'scalar', 'scalar'], ['holt_winters'])),
  ['scalar', { takes: ['vector'], optional: 0, repeats: false, gives: 'scalar' }],
  ['vector', { takes: ['scalar'], optional: 0, repeats: false, gives: 'vector' }],
  ['time', { takes: [], optional: 0, repeats: false, gives: 'scalar' }],
  ['pi', { takes: [], optional: 0, repeats: false, gives: 'scalar' }],
])

function over(takes: readonly ValueType[], names: readonly string[]): [string, Signature][] {
  return names.map((name) => [name, { takes, optional: 0, repeats: false, gives: 'vector' }])
}

function within(
  bounds: Pick<Signature, 'since' | 'until'>,
  pairs: readonly [string, Signature][],
): [string, Signature][] {
  return pairs.map(([name, signature]) => [name, { ...signature, ...bounds }])
}

/** The signature of a function that a version has. */
export function signatureIn(version: Version, name: string): Signature | undefined {
  const signature = signatures.get(name)
  if (signature === undefined) return undefined
  const { since = version, until = version } = signature
  return isFrom(since, version) && isFrom(version, until) ? signature : undefined
}

/** Functions of Prometheus 3 that are not here: refused, and not called unknown. */
export const missingFunctions: ReadonlySet<string> = new Set([...['start_timestamp']])
