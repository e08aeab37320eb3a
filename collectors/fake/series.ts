/** For tests: what a collector gave, as lines that one can read. */
import type { MetricFamily } from '#api/sample'
import { formatLabels } from '#lib/labels'
import type { Collector } from '../collector.ts'
import { createFiles } from '../files.ts'

/** A small false node: its /proc and /sys. */
export const falseNode = createFiles(new URL('../fixtures/node', import.meta.url).pathname)

/** `name{a="b"}` → value. */
export function seriesOf(families: readonly MetricFamily[]): Record<string, number> {
  const samples = families.flatMap((family) => family.samples)
  return Object.fromEntries(
    samples.map(({ name, labels, value }) => [
      Object.keys(labels).length === 0 ? name : `${name}${formatLabels(labels)}`,
      value,
    ]),
  )
}

export async function collected(collector: Collector): Promise<Record<string, number>> {
  return seriesOf(await collector.collect(new AbortController().signal))
}
