/**
 * The groups in memory. A write is first admitted (checked, and reserved in the index), then made
 * durable by the caller, and only then published to readers, or withdrawn without a trace.
 */
import type { Books } from './books.ts'
import { formatPairs, type LabelPair, type StoredFamily } from './family.ts'
import { groupKey } from './grouping-key.ts'
import { holds, identityOf, sameSeries } from './lines.ts'
import type { NameIndex, Shape } from './name-index.ts'
import { type GroupLabels, type RenderedFamily, seriesLabels } from './render.ts'
import { emptyState, familyOf, type GroupState, merged, stateWith } from './state.ts'

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
  restore(record: Restored): void
  /** Groups that readers see, sorted by their labels. */
  groups(): readonly Group[]
  /** The group of just these labels, sorted by name, if readers see it. */
  group(pairs: readonly LabelPair[]): Group | undefined
  readonly index: NameIndex
  /** What readers see, family by family. */
  readonly books: Books
}

export interface Restored {
  readonly kind: Write['kind']
  readonly pairs: readonly LabelPair[]
  readonly families: readonly StoredFamily[]
  readonly pushedAtMs: number
  readonly failedAtMs: number
  readonly traceparent: string | undefined
}

export interface StoreOptions {
  readonly index: NameIndex
  readonly books: Books
  readonly checks: boolean
}

export function createStore(options: StoreOptions): Store {
  const { index, books } = options
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
    forEachChange(group.admitted, state, (from, to) => {
      if (from?.head.type === to?.head.type) return
      if (from !== undefined) index.remove({ ...from.head, shape: group.shape })
      if (to !== undefined) index.add(to.head, group.shape)
    })
    group.admitted = state
  }
  const show = (group: Group, state: GroupState | undefined, place = books.replace) => {
    if ((group.visible === undefined) !== (state === undefined)) sorted = undefined
    forEachChange(group.visible, state, place)
    place(group.visible?.times.pushed, state?.times.pushed)
    place(group.visible?.times.failed, state?.times.failed)
    group.visible = state
  }
  const forget = (group: Group) => {
    if (group.visible === undefined && group.admitted === undefined) byKey.delete(group.key)
  }
  const refuse = (group: Group, write: Write, refusal: string): Admission => {
    const before = group.admitted
    const isTwin = before === undefined && twinOf(group, byKey) !== undefined
    const failed = { ...(before ?? emptyState), failedAtMs: write.atMs }
    const after = isTwin ? undefined : stateWith(group.labelText, failed)
    set(group, after)
    return { group, before, after, refusal }
  }
  return {
    index,
    books,
    admit(write) {
      const group = groupOf(write.pairs)
      const before = group.admitted
      if (write.refusal !== undefined) return refuse(group, write, write.refusal)
      const after = stateAfter(group, before, write)
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
    restore(record) {
      const group = groupOf(record.pairs)
      const kept = record.kind === 'merge' ? (group.admitted?.families ?? []) : []
      const families = merged(kept, record.families)
      const isGone = record.kind === 'delete'
      const state = isGone ? undefined : stateWith(group.labelText, { ...record, families })
      set(group, state)
      show(group, state, books.restore)
      forget(group)
    },
    group(pairs) {
      const group = byKey.get(groupKey(pairs))
      return group?.visible === undefined ? undefined : group
    },
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

function stateAfter(
  { labelText }: Group,
  before: GroupState | undefined,
  { kind, families, atMs, traceparent }: Write,
): GroupState | undefined {
  if (kind === 'delete') return undefined
  const kept = kind === 'merge' ? (before?.families ?? []) : []
  const pushed = families.map(({ stored }) => stored)
  return stateWith(labelText, {
    families: merged(kept, pushed),
    pushedAtMs: atMs,
    failedAtMs: before?.failedAtMs ?? 0,
    traceparent,
  })
}

/** Walks two states by the names of their families, which are sorted, and tells what differs. */
function forEachChange(
  from: GroupState | undefined,
  to: GroupState | undefined,
  tell: (from: StoredFamily | undefined, to: StoredFamily | undefined) => void,
): void {
  const old = from?.families ?? []
  const fresh = to?.families ?? []
  for (let i = 0, j = 0; i < old.length || j < fresh.length; ) {
    const order = compareNames(old[i], fresh[j])
    const before = order <= 0 ? old[i++] : undefined
    const after = order >= 0 ? fresh[j++] : undefined
    if (before !== after) tell(before, after)
  }
}

/** What is missing comes last. */
function compareNames(a: StoredFamily | undefined, b: StoredFamily | undefined): number {
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1
  return a.head.name < b.head.name ? -1 : a.head.name > b.head.name ? 1 : 0
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
  for (const rendered of write.families) {
    const { head } = rendered.stored
    const old = familyOf(before, head.name)
    const clash =
      (old?.head.type === head.type ? undefined : index.clash(head)) ??
      pointLabelClash(rendered) ??
      (rendered.repeated === undefined ? undefined : wasCollected(rendered.repeated)) ??
      elsewhere({ rendered, old, group, byKey, index })
    if (clash !== undefined) return clash
  }
  return undefined
}

function pointLabelClash({ stored, pairsOf }: RenderedFamily): string | undefined {
  const { name, type } = stored.head
  if (type !== 'histogram' && type !== 'summary') return undefined
  const label = type === 'histogram' ? 'le' : 'quantile'
  for (let metric = stored.first; metric < stored.end; metric++)
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
  byKey: ReadonlyMap<string, Group>
  index: NameIndex
}): string | undefined {
  const { rendered, old, group, byKey, index } = question
  const { stored } = rendered
  const { name } = stored.head
  const shapes = [...index.shapes(name)].filter((shape) => shape !== group.shape)
  if (shapes.length === 0) return undefined
  if (old !== undefined && sameSeries(old, stored)) return undefined
  for (let metric = stored.first; metric < stored.end; metric++) {
    const pairs = rendered.pairsOf(metric)
    for (const shape of shapes) {
      const key = project(pairs, shape)
      const other = key === undefined ? undefined : byKey.get(key)?.admitted
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
