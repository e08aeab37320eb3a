/** The samples of a recording rule: the elements under the rule's name, with its labels. */
import { labelsKey } from '#lib/labels'
import type { RecordRule } from './rule.ts'
import type { Element, RuleSample } from './world.ts'

export function recordedSamples(
  rule: RecordRule,
  elements: readonly Element[],
  limit: number,
): readonly RuleSample[] {
  const samples = elements.map(({ labels: { __name__: _, ...labels }, value, origin }) => ({
    name: rule.name,
    labels: { ...labels, ...rule.labels },
    value,
    origin,
  }))
  if (new Set(samples.map(({ labels }) => labelsKey(labels))).size < samples.length)
    throw new Error('two elements have the same labels once the rule has added its own')
  if (limit > 0 && samples.length > limit)
    throw new Error(`${samples.length} series are over the limit of ${limit} of the group`)
  return samples
}
