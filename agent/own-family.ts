/** A metric family of the agent about itself. */
import type { MetricFamily, MetricType } from '#api/sample'
import type { Labels } from '#lib/labels'

export interface OwnValue {
  /** Undefined: not known yet, hence no sample. */
  readonly value: number | undefined
  readonly labels?: Labels
}

export function ownFamily(
  [name, type, help]: readonly [name: string, type: MetricType, help: string],
  values: readonly OwnValue[],
): MetricFamily {
  const samples = values.flatMap(({ value, labels = {} }) =>
    value === undefined ? [] : [{ name, labels, value }],
  )
  return { name, type, help, samples }
}
