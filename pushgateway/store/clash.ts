/** The consistency check: what a push says must stand beside everything else that is stored. */

import { groupKey } from '../grouping-key.ts'
import type { LabelPair, StoredFamily } from '../text/family.ts'
import { holds, identityOf, sameSeries } from '../text/lines.ts'
import { type RenderedFamily, seriesLabels } from '../text/render.ts'
import type { Group, Groups } from './groups.ts'
import type { NameIndex, Shape } from './name-index.ts'
import { familyOf, type GroupState } from './state.ts'
import type { Write } from './write.ts'

interface Question {
  readonly group: Group
  readonly before: GroupState | undefined
  readonly write: Write
  readonly groups: Groups
  readonly index: NameIndex
}

/** The first reason why the write cannot stand beside the rest; it is in the index already. */
export function clashOf({ group, before, write, groups, index }: Question): string | undefined {
  if (before === undefined && write.kind !== 'delete' && twinOf(group, groups) !== undefined)
    return wasCollected(`push_time_seconds{${group.labelText}}`)
  for (const rendered of write.families) {
    const { head } = rendered.stored
    const old = familyOf(before, head.name)
    const clash =
      (old?.head.type === head.type ? undefined : index.clash(head)) ??
      pointLabelClash(rendered) ??
      (rendered.repeated === undefined ? undefined : wasCollected(rendered.repeated)) ??
      elsewhere({ rendered, old, group, groups, index })
    if (clash !== undefined) return clash
  }
  return undefined
}

function pointLabelClash({ stored, pairsOf }: RenderedFamily): string | undefined {
  const { name, type } = stored.head
  if (type !== 'histogram' && type !== 'summary') return undefined
  const label = type === 'histogram' ? 'le' : 'quantile'
  for (let metric = 0; metric < stored.metricCount; metric++)
    if (pairsOf(metric).some(([other]) => other === label))
      return `collected metric "${name}" must not have an explicit "${label}" label`
  return undefined
}

/**
 * Another group can hold the same series only if its grouping key is a part of the series' labels,
 * and then it is found by that key: one look-up for each other shape that uses the name.
 */
function elsewhere(question: {
  rendered: RenderedFamily
  old: StoredFamily | undefined
  group: Group
  groups: Groups
  index: NameIndex
}): string | undefined {
  const { rendered, old, group, groups, index } = question
  const { stored } = rendered
  const { name } = stored.head
  const shapes = [...index.shapes(name)].filter((shape) => shape !== group.shape)
  if (shapes.length === 0) return undefined
  if (old !== undefined && sameSeries(old, stored)) return undefined
  for (let metric = 0; metric < stored.metricCount; metric++) {
    const pairs = rendered.pairsOf(metric)
    for (const shape of shapes) {
      const key = project(pairs, shape)
      const other = key === undefined ? undefined : groups.find(key)?.admitted
      const family = familyOf(other, name)
      if (family === undefined) continue
      const identity = identityOf(stored, metric)
      if (holds(family, identity)) return wasCollected(identity)
    }
  }
  return undefined
}

function project(pairs: readonly LabelPair[], shape: Shape): string | undefined {
  const found: LabelPair[] = []
  for (const name of shape.split(',')) {
    const pair = pairs.find(([other]) => other === name)
    if (pair === undefined) return undefined
    found.push(pair)
  }
  return groupKey(found)
}

/** The group whose own times would be the same series: alike but for an empty `instance`. */
export function twinOf(group: Group, groups: Groups): GroupState | undefined {
  const instance = group.pairs.find(([name]) => name === 'instance')
  if (instance !== undefined && instance[1] !== '') return undefined
  const twin =
    instance === undefined
      ? seriesLabels(group)
      : group.pairs.filter(([name]) => name !== 'instance')
  return groups.find(groupKey(twin))?.admitted
}

const wasCollected = (identity: string) =>
  `collected metric ${identity} was collected before with the same name and label values`
