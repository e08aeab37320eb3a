/** What labels a sample gets from the target that exposed it. */
import type { Sample } from '#api/sample'
import type { Labels } from '#lib/labels'
import { labelSet, nameLabel, noLabels } from '../label-set.ts'

/** Whose samples these are. Its labels go onto each of them. */
export interface Target {
  readonly name: string
  readonly labels?: Labels
  /** Where a sample has one of the target's labels itself, it keeps its own (`honor_labels`). */
  readonly honorLabels?: boolean
}

export function labelsOf(target: Target, { name, labels }: Sample): Labels {
  return labelSet(withTarget(target, new Map([...Object.entries(labels), [nameLabel, name]])))
}

/**
 * Puts the target's labels onto those of a sample, which it changes. A label that is there and
 * empty is one that the sample has: whoever honors it keeps the target's away.
 */
export function withTarget(
  { labels = noLabels, honorLabels }: Target,
  sample: Map<string, string>,
): Map<string, string> {
  const moved: [name: string, value: string][] = []
  for (const name in labels) {
    const own = sample.get(name)
    if (own !== undefined && honorLabels) continue
    if (own !== undefined && own !== '') moved.push([name, own])
    sample.set(name, labels[name] ?? '')
  }
  // The shortest first, as Prometheus has it: it decides who gets which name.
  moved.sort(([a], [b]) => a.length - b.length)
  for (const [name, value] of moved) sample.set(exportedName(name, sample), value)
  return sample
}

/** Prometheus puts `exported_` before a label that the target has too, until no other has it. */
function exportedName(name: string, taken: ReadonlyMap<string, string>): string {
  const exported = `exported_${name}`
  return (taken.get(exported) ?? '') === '' ? exported : exportedName(exported, taken)
}
