/** Metrics under the kernel's own names; node_exporter says of none whether it is a counter. */
import type { Metric } from '../families.ts'

export function createUntyped(prefix: string, source: string): (field: string) => Metric {
  const metrics = new Map<string, Metric>()
  return (field) => {
    const known = metrics.get(field)
    if (known !== undefined) return known
    const metric = {
      name: `${prefix}${field}`,
      type: 'untyped',
      help: `${field} of ${source}.`,
    } as const
    metrics.set(field, metric)
    return metric
  }
}
