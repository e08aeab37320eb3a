/** Writes one metric as a protobuf `Metric`: for those that text cannot tell in full. */
import type { MetricType } from '#api/sample'
import { WireWriter } from '#lib/wire-writer'
import type { LabelPair, ParsedMetric } from '../text/family.ts'
import { writePair } from './exemplar.ts'
import * as tags from './schema.ts'

/** `labels` are those of the series, the group's among them, sorted by name. */
export function encodeMetric(
  type: MetricType,
  metric: ParsedMetric,
  labels: readonly LabelPair[],
): Buffer {
  const to = new WireWriter()
  for (const label of labels) to.nested(tags.metric.label, () => writePair(to, label))
  if (metric.proto !== undefined) to.raw(metric.proto)
  else to.nested(tags.valueTags[type], () => writeValue(to, type, metric))
  return to.takeCopy()
}

/** What stands in `ParsedMetric.proto`: the value with its tag. */
export function encodeValue(type: MetricType, write: (to: WireWriter) => void): Buffer {
  const to = new WireWriter()
  to.nested(tags.valueTags[type], () => write(to))
  return to.take()
}

export function writeValue(to: WireWriter, type: MetricType, metric: ParsedMetric): void {
  if (type === 'histogram') writeHistogram(to, metric)
  else if (type === 'summary') writeSummary(to, metric)
  else writeDouble(to, tags.scalar.value, metric.value)
}

function writeSummary(to: WireWriter, { count, sum, points }: ParsedMetric): void {
  to.varint(tags.summary.count)
  to.varint(count)
  writeDouble(to, tags.summary.sum, sum)
  for (const [quantile, value] of points)
    to.nested(tags.summary.quantile, () => {
      writeDouble(to, tags.quantile.quantile, quantile)
      writeDouble(to, tags.quantile.value, value)
    })
}

function writeHistogram(to: WireWriter, { count, sum, points }: ParsedMetric): void {
  writeCount(to, tags.histogram, count)
  writeDouble(to, tags.histogram.sum, sum)
  for (const [bound, observed] of points)
    to.nested(tags.histogram.bucket, () => {
      writeCount(to, tags.bucket, observed)
      writeDouble(to, tags.bucket.upperBound, bound)
    })
}

/** A count that is no whole number goes into the field for floats. */
export function writeCount(
  to: WireWriter,
  of: { readonly count: number; readonly countFloat: number },
  count: number,
): void {
  if (isWhole(count)) {
    to.varint(of.count)
    to.varint(count)
  } else writeDouble(to, of.countFloat, count)
}

/** Whether a count can stand in an unsigned integer of 64 bits. */
export function isWhole(count: number): boolean {
  return count >= 0 && count < 2 ** 64 && Math.floor(count) === count
}

function writeDouble(to: WireWriter, tag: number, value: number): void {
  to.varint(tag)
  to.double(value)
}
