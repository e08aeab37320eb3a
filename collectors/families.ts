/** Gathers samples into metric families, one a name, in the order in which names first come. */
import type { MetricFamily, MetricType, Sample } from '#api/sample'
import type { Labels } from '#lib/labels'

export interface Metric {
  readonly name: string
  readonly type: MetricType
  readonly help: string
}

export const counter = (name: string, help: string): Metric => ({ name, type: 'counter', help })
export const gauge = (name: string, help: string): Metric => ({ name, type: 'gauge', help })

export interface Families {
  /** A value that is unknown (undefined, no finite number) is left out. */
  add(metric: Metric, labels: Labels, value: number | undefined): void
  list(): readonly MetricFamily[]
}

export function createFamilies(): Families {
  const byName = new Map<string, MetricFamily & { readonly samples: Sample[] }>()
  return {
    add(metric, labels, value) {
      if (value === undefined || !Number.isFinite(value)) return
      let family = byName.get(metric.name)
      if (family === undefined) {
        family = { ...metric, samples: [] }
        byName.set(metric.name, family)
      }
      family.samples.push({ name: metric.name, labels, value })
    },
    list: () => [...byName.values()],
  }
}
