/**
 * The groups in memory. A write is first admitted (checked, and reserved in the index), then made
 * durable by the caller, and only then published to readers, or withdrawn without a trace.
 */
import type { LabelPair, StoredFamily } from './family.ts'
import { formatPairs } from './family.ts'
import { groupKey } from './grouping-key.ts'
import type { NameIndex, Shape } from './name-index.ts'
import {
  type GroupLabels,
  type RenderedFamily,
  type RenderedSeries,
  seriesLabels,
} from './render.ts'

/** What a group holds. Never changed, only replaced: a reader keeps what it saw. */
export interface GroupState {
  readonly families: ReadonlyMap<string, StoredFamily>
  /** 0: never. */
  readonly pushedAtMs: number
  /** When a push was last refused; 0: never. */
  readonly failedAtMs: number
  readonly traceparent: string | undefined
}

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

export interface Write {
  /** `replace` drops the families that the write does not name; `merge` keeps them. */
  readonly kind: 'replace' | 'merge' | 'delete'
  readonly pairs: readonly LabelPair[]
  readonly families: readonly RenderedFamily[]
  readonly atMs: number
  readonly traceparent: string | undefined
  /** A fault of the push itself: the group notes the time and keeps what it has. */
  readonly refusal?: string
}

export interface Admission {
  readonly group: Group
  readonly before: GroupState | undefined
  readonly after: GroupState | undefined
  /** Why the push was refused; then `after` differs in its failure time only. */
  readonly refusal: string | undefined
}

export interface Store {
  admit(write: Write): Admission
  publish(admission: Admission): void
  /** Undoes an admission. Several are undone last first. */
  withdraw(admission: Admission): void
  /** Puts in what recovery found: admitted and published without a check. */
  restore(pairs: readonly LabelPair[], state: GroupState | undefined): void
  /** What readers see of a group. */
  stateOf(pairs: readonly LabelPair[]): GroupState | undefined
  /** Groups that readers see, sorted by their labels. */
  groups(): readonly Group[]
  readonly index: NameIndex
}

const empty: GroupState = {
  families: new Map(),
  pushedAtMs: 0,
  failedAtMs: 0,
  traceparent: undefined,
}

export function createStore(options: { index: NameIndex; checks: boolean }): Store {
  const { index } = options
  const byKey = new Map<string, Group>()
  let sorted: readonly Group[] | undefined

  const groupOf = (pairs: readonly LabelPair[]): Group => {
    const key = groupKey(pairs)
    const known = byKey.get(key)
    if (known !== undefined) return known
    const group = newGroup(key, pairs)
    byKey.set(key, group)
    return group
  }
  const set = (group: Group, state: GroupState | undefined) => {
    swapNames(index, group, { from: group.admitted, to: state })
    group.admitted = state
  }
  const show = (group: Group, state: GroupState | undefined) => {
    if ((group.visible === undefined) !== (state === undefined)) sorted = undefined
    group.visible = state
  }
  const forget = (group: Group) => {
    if (group.visible === undefined && group.admitted === undefined) byKey.delete(group.key)
  }
  const refuse = (group: Group, write: Write, refusal: string): Admission => {
    const before = group.admitted
    const isTwin = before === undefined && twinOf(group, byKey) !== undefined
    const after = isTwin ? undefined : { ...(before ?? empty), failedAtMs: write.atMs }
    set(group, after)
    return { group, before, after, refusal }
  }
  return {
    index,
    admit(write) {
      const group = groupOf(write.pairs)
      const before = group.admitted
      if (write.refusal !== undefined) return refuse(group, write, write.refusal)
      const after = stateAfter(before, write)
      set(group, after)
      const refusal = options.checks ? clashOf({ group, before, write, byKey, index }) : undefined
      if (refusal === undefined) return { group, before, after, refusal }
      set(group, before)
      return refuse(group, write, refusal)
    },
    publish({ group, after }) {
      show(group, after)
      forget(group)
    },
    withdraw({ group, before }) {
      set(group, before)
      forget(group)
    },
    restore(pairs, state) {
      const group = groupOf(pairs)
      set(group, state)
      show(group, state)
      forget(group)
    },
    stateOf: (pairs) => byKey.get(groupKey(pairs))?.visible,
    groups() {
      sorted ??= [...byKey.values()]
        .filter((group) => group.visible !== undefined)
        .sort((a, b) => (a.labelText < b.labelText ? -1 : a.labelText > b.labelText ? 1 : 0))
      return sorted
    },
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

export function stateAfter(before: GroupState | undefined, write: Write): GroupState | undefined {
  if (write.kind === 'delete') return undefined
  const kept = write.kind === 'merge' ? (before?.families ?? []) : []
  const pushed = write.families.map(({ stored }) => [stored.name, stored] as const)
  return {
    families: new Map([...kept, ...pushed]),
    pushedAtMs: write.atMs,
    failedAtMs: before?.failedAtMs ?? 0,
    traceparent: write.traceparent,
  }
}

function swapNames(
  index: NameIndex,
  { shape }: Group,
  { from, to }: { from: GroupState | undefined; to: GroupState | undefined },
): void {
  for (const { name, type } of from?.families.values() ?? [])
    if (to?.families.get(name)?.type !== type) index.remove({ name, type, shape })
  for (const { name, type } of to?.families.values() ?? [])
    if (from?.families.get(name)?.type !== type) index.add({ name, type, shape })
}

interface Question {
  readonly group: Group
  readonly before: GroupState | undefined
  readonly write: Write
  readonly byKey: ReadonlyMap<string, Group>
  readonly index: NameIndex
}

/** The first reason why the write cannot stand beside the rest; it is in the index already. */
function clashOf({ group, before, write, byKey, index }: Question): string | undefined {
  if (before === undefined && write.kind !== 'delete' && twinOf(group, byKey) !== undefined)
    return wasCollected(`push_time_seconds{${group.labelText}}`)
  for (const { stored, series } of write.families) {
    const old = before?.families.get(stored.name)
    const clash =
      (old?.type === stored.type ? undefined : index.clash(stored)) ??
      pointLabelClash(stored, series) ??
      repeated(series) ??
      elsewhere({ stored, series, old, group, byKey, index })
    if (clash !== undefined) return clash
  }
  return undefined
}

function pointLabelClash(
  { name, type }: StoredFamily,
  series: readonly RenderedSeries[],
): string | undefined {
  if (type !== 'histogram' && type !== 'summary') return undefined
  const label = type === 'histogram' ? 'le' : 'quantile'
  return series.some(({ pairs }) => pairs.some(([other]) => other === label))
    ? `collected metric "${name}" must not have an explicit "${label}" label`
    : undefined
}

function repeated(series: readonly RenderedSeries[]): string | undefined {
  if (series.length < 2) return undefined
  const seen = new Set<string>()
  for (const { identity } of series) {
    if (seen.has(identity)) return wasCollected(identity)
    seen.add(identity)
  }
  return undefined
}

/**
 * Another group can hold the same series only if its grouping key is a part of the series' labels,
 * and then it is found by that key: one look-up for each other shape that uses the name.
 */
function elsewhere(question: {
  stored: StoredFamily
  series: readonly RenderedSeries[]
  old: StoredFamily | undefined
  group: Group
  byKey: ReadonlyMap<string, Group>
  index: NameIndex
}): string | undefined {
  const { stored, series, old, group, byKey, index } = question
  const shapes = [...index.shapes(stored.name)].filter((shape) => shape !== group.shape)
  if (shapes.length === 0) return undefined
  for (const { pairs, identity } of series) {
    if (old !== undefined && holds(old, identity)) continue
    for (const shape of shapes) {
      const key = project(pairs, shape)
      const other = key === undefined ? undefined : byKey.get(key)?.admitted
      const family = other?.families.get(stored.name)
      if (family !== undefined && holds(family, identity)) return wasCollected(identity)
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

export function holds({ text }: StoredFamily, identity: string): boolean {
  return text.startsWith(`${identity} `) || text.includes(`\n${identity} `)
}

/** The group whose own times would be the same series: alike but for an empty `instance`. */
function twinOf(group: Group, byKey: ReadonlyMap<string, Group>): GroupState | undefined {
  const instance = group.pairs.find(([name]) => name === 'instance')
  if (instance !== undefined && instance[1] !== '') return undefined
  const twin =
    instance === undefined
      ? seriesLabels(group)
      : group.pairs.filter(([name]) => name !== 'instance')
  return byKey.get(groupKey(twin))?.admitted
}

const wasCollected = (identity: string) =>
  `collected metric ${identity} was collected before with the same name and label values`
