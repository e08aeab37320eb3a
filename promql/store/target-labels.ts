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

export function labelsOf({ labels = noLabels, honorLabels }: Target, sample: Sample): Labels {
  const own = Object.entries(sample.labels)
  const names = new Set(own.map(([name]) => name))
  const of = Object.entries(labels)
  const named: [string, string] = [nameLabel, sample.name]
  if (honorLabels) return labelSet([...of.filter(([name]) => !names.has(name)), ...own, named])
  const taken = new Set([...of, ...own].map(([name]) => name))
  const moved = own.map(([name, value]): [string, string] =>
    Object.hasOwn(labels, name) ? [exportedName(name, taken), value] : [name, value],
  )
  return labelSet([...moved, ...of, named])
}

/** Prometheus puts `exported_` before a label that the target has too, until no other has it. */
function exportedName(name: string, taken: ReadonlySet<string>): string {
  const exported = `exported_${name}`
  return taken.has(exported) ? exportedName(exported, taken) : exported
}
