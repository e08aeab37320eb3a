/** Reads the lines of a group back as what was pushed, without the labels of the group. */
import {
  formatPairs,
  type LabelPair,
  type ParsedMetric,
  type StoredFamily,
} from '../text/family.ts'
import { renderHead } from '../text/render.ts'
import { parseText } from '../text/text-parser.ts'

export function storedMetrics(
  family: StoredFamily,
  pairs: readonly LabelPair[],
): readonly ParsedMetric[] {
  const head = Buffer.from(renderHead({ ...family.head, help: undefined }))
  const text = Buffer.concat([head, family.bytes()])
  const { families } = parseText(text, { utf8Names: true })
  return families.flatMap(({ metrics }) =>
    metrics.map((metric) => ({ ...metric, labels: ownLabels(metric.labels, pairs) })),
  )
}

/** Without what the group gives to each series, an empty `instance` included. */
export function ownLabels(
  labels: readonly LabelPair[],
  pairs: readonly LabelPair[],
): readonly LabelPair[] {
  return labels.filter(
    ([name, value]) =>
      !pairs.some(([other]) => other === name) && !(name === 'instance' && value === ''),
  )
}

export const seriesKey = formatPairs
