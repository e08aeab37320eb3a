/** The groups by their grouping key: those that readers see, and those that wait to be seen. */

import { groupKey } from '../grouping-key.ts'
import { formatPairs, type LabelPair } from '../text/family.ts'
import { type GroupLabels, seriesLabels } from '../text/render.ts'
import { createGroupOrder } from './group-order.ts'
import type { Shape } from './name-index.ts'
import type { GroupState } from './state.ts'

export interface Group extends GroupLabels {
  readonly key: string
  /** Labels of every series that has none of its own, as text. */
  readonly labelText: string
  readonly shape: Shape
  /** What readers see; undefined before the first write is durable and after a deletion. */
  visible: GroupState | undefined
  /** What the next write builds on. */
  admitted: GroupState | undefined
}

export interface Groups {
  /** The group of that key; made where there is none. */
  of(pairs: readonly LabelPair[]): Group
  /** `key` is what `groupKey` makes of the pairs. */
  find(key: string): Group | undefined
  /** Changes what readers see of a group. */
  show(group: Group, state: GroupState | undefined): void
  /** Drops a group of which nobody sees anything, now or soon. */
  forget(group: Group): void
  /** The keys of those that `selects` takes among the groups that a write given now would meet. */
  admitted(selects: (pairs: readonly LabelPair[]) => boolean): readonly (readonly LabelPair[])[]
  /** Groups that readers see, sorted by their labels. */
  shown(): readonly Group[]
}

export function createGroups(): Groups {
  const byKey = new Map<string, Group>()
  const order = createGroupOrder<Group>()
  return {
    of(pairs) {
      const key = groupKey(pairs)
      const known = byKey.get(key)
      if (known !== undefined) return known
      const group = newGroup(key, pairs)
      byKey.set(key, group)
      return group
    },
    find: (key) => byKey.get(key),
    show(group, state) {
      if ((group.visible === undefined) !== (state === undefined)) order.changed(group)
      group.visible = state
    },
    forget(group) {
      if (group.visible === undefined && group.admitted === undefined) byKey.delete(group.key)
    },
    admitted: (selects) =>
      [...byKey.values()]
        .filter(({ pairs, admitted }) => admitted !== undefined && selects(pairs))
        .map(({ pairs }) => pairs),
    shown: order.sorted,
  }
}

function newGroup(key: string, pairs: readonly LabelPair[]): Group {
  const labels: GroupLabels = { pairs, addsInstance: true }
  return {
    ...labels,
    key,
    labelText: formatPairs(seriesLabels(labels)),
    shape: shapeOf(pairs),
    visible: undefined,
    admitted: undefined,
  }
}

function shapeOf(pairs: readonly LabelPair[]): Shape {
  return pairs.map(([name]) => name).join(',')
}
