/** What one push may bring, looked at before anything is made of it. */
import { fault } from '#api/errors'
import type { ZstoneError } from '#lib/errors'
import type { PushgatewaySettings } from '../settings.ts'
import type { LabelPair, ParsedFamily, ParsedMetric } from '../text/family.ts'

export type PushLimits = Pick<
  PushgatewaySettings['push'],
  'familiesMax' | 'labelsMax' | 'labelNameLengthMax' | 'labelValueLengthMax' | 'storedSizeMax'
>

/** The first limit that the push exceeds, as the error that says so. */
export function excessOf(
  families: readonly ParsedFamily[],
  pairs: readonly LabelPair[],
  limits: PushLimits,
): ZstoneError | undefined {
  const { familiesMax, storedSizeMax } = limits
  if (familiesMax > 0 && families.length > familiesMax)
    return exceeded('families', `it has ${families.length} metric families`, {
      most: familiesMax,
      flag: 'families-max',
    })
  const labelExcess = labelLimitOf(limits, pairs)
  let storedBytes = 0
  for (const family of families)
    for (const metric of family.metrics) {
      storedBytes += storedBytesOf(family, metric, pairs)
      const excess = labelExcess?.(family, metric)
      if (excess !== undefined) return excess
    }
  if (storedBytes <= storedSizeMax) return undefined
  const found = `it comes to ${storedBytes} bytes with the labels of its group in each series`
  return exceeded('stored_size', found, { most: storedSizeMax, flag: 'stored-size-max' })
}

export function exceeded(
  limit: string,
  found: string,
  { most, flag }: { readonly most: number; readonly flag: string },
): ZstoneError {
  return fault('PUSHGATEWAY_LIMIT_EXCEEDED', { limit, found, most, flag })
}

type MetricLimit = (family: ParsedFamily, metric: ParsedMetric) => ZstoneError | undefined

/** Undefined where there are no such limits: most servers have none. */
function labelLimitOf(limits: PushLimits, pairs: readonly LabelPair[]): MetricLimit | undefined {
  const { labelsMax, labelNameLengthMax, labelValueLengthMax } = limits
  if (labelsMax + labelNameLengthMax + labelValueLengthMax === 0) return undefined
  return ({ name: family }, { labels }) => {
    const own = labels.filter(([name]) => !pairs.some(([other]) => other === name))
    const count = own.length + pairs.length
    const told = `a series of "${family}" has`
    if (labelsMax > 0 && count > labelsMax)
      return exceeded('labels', `${told} ${count} labels`, { most: labelsMax, flag: 'labels-max' })
    for (const [name, value] of [...own, ...pairs]) {
      const nameBytes = Buffer.byteLength(name)
      if (labelNameLengthMax > 0 && nameBytes > labelNameLengthMax)
        return exceeded('label_name_length', `${told} a label name of ${nameBytes} bytes`, {
          most: labelNameLengthMax,
          flag: 'label-name-length-max',
        })
      const valueBytes = Buffer.byteLength(value)
      if (labelValueLengthMax > 0 && valueBytes > labelValueLengthMax)
        return exceeded('label_value_length', `${told} a label value of ${valueBytes} bytes`, {
          most: labelValueLengthMax,
          flag: 'label-value-length-max',
        })
    }
    return undefined
  }
}

/** Of a line beside its labels: blank, value, LF, braces, a suffix, `le`. */
const lineBytes = 48

/** Roughly, and never far below: what is escaped or not ASCII may be more, numbers are less. */
function storedBytesOf(
  { name, type }: ParsedFamily,
  { labels, points }: ParsedMetric,
  pairs: readonly LabelPair[],
): number {
  let bytes = name.length + lineBytes
  for (const [label, value] of labels) bytes += label.length + value.length + 4
  for (const [label, value] of pairs) bytes += label.length + value.length + 4
  return bytes * (type === 'histogram' || type === 'summary' ? points.length + 3 : 1)
}
