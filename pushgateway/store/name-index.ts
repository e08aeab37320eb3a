/**
 * Who uses which metric name, counted: the consistency check asks here what it would otherwise find
 * by looking at everything stored, so that a push costs the same whatever is stored.
 */
import type { MetricType } from '#api/sample'
import type { FamilyHead } from '../text/family.ts'

/** The label names of a grouping key: groups of one shape can never hold the same series. */
export type Shape = string

export interface NameIndex {
  add(head: FamilyHead, shape: Shape): void
  remove(use: NameUse): void
  /** The head in use that says the same, or else the one given: equal heads are kept once. */
  headOf(head: FamilyHead): FamilyHead
  /** Why a family of this name and type cannot stand beside what is there, if it cannot. */
  clash(family: TypedName): string | undefined
  /** The shapes of the groups that hold a family of that name. */
  shapes(name: string): Iterable<Shape>
  /** Every name with its types; more than one type only where the check is off. */
  names(): Iterable<readonly [name: string, types: Iterable<MetricType>]>
}

export interface TypedName {
  readonly name: string
  readonly type: MetricType
}

export interface NameUse extends TypedName {
  readonly shape: Shape
}

interface Entry {
  /** The one that was added last. */
  head: FamilyHead
  readonly types: Map<MetricType, number>
  readonly shapes: Map<Shape, number>
}

/** `own` are the families of the server itself, which `/metrics` shows beside the pushed ones. */
export function createNameIndex(own: () => ReadonlyMap<string, MetricType>): NameIndex {
  const entries = new Map<string, Entry>()

  const typesOf = (name: string): ReadonlySet<MetricType> => {
    const types = new Set(entries.get(name)?.types.keys())
    const ownType = own().get(name)
    return ownType === undefined ? types : types.add(ownType)
  }
  return {
    add(head, shape) {
      const { name, type } = head
      const entry = entries.get(name) ?? { head, types: new Map(), shapes: new Map() }
      entries.set(name, entry)
      entry.head = head
      entry.types.set(type, (entry.types.get(type) ?? 0) + 1)
      entry.shapes.set(shape, (entry.shapes.get(shape) ?? 0) + 1)
    },
    remove({ name, type, shape }) {
      const entry = entries.get(name)
      if (entry === undefined) return
      countDown(entry.types, type)
      countDown(entry.shapes, shape)
      if (entry.types.size === 0) entries.delete(name)
    },
    headOf(head) {
      const used = entries.get(head.name)?.head
      return used?.type === head.type && used.help === head.help ? used : detached(head)
    },
    clash: (family) => typeClash(family, typesOf) ?? suffixClash(family, typesOf),
    shapes: (name) => entries.get(name)?.shapes.keys() ?? [],
    *names() {
      for (const [name, entry] of entries) yield [name, entry.types.keys()]
    },
  }
}

type TypesOf = (name: string) => ReadonlySet<MetricType>

function typeClash({ name, type }: TypedName, typesOf: TypesOf): string | undefined {
  const other = [...typesOf(name)].find((existing) => existing !== type)
  return other === undefined
    ? undefined
    : `collected metric "${name}" of type ${type.toUpperCase()} is not a ${other.toUpperCase()}`
}

/** A histogram `h` shows `h_bucket`, `h_sum` and `h_count`: no other family may be called so. */
function suffixClash({ name, type }: TypedName, typesOf: TypesOf): string | undefined {
  for (const suffix of ['_count', '_sum', '_bucket']) {
    if (!name.endsWith(suffix)) continue
    const stem = name.slice(0, -suffix.length)
    const owner = [...typesOf(stem)].find((existing) => shows(existing, suffix))
    if (owner !== undefined)
      return `collected metric named "${name}" collides with the ${owner} named "${stem}"`
  }
  for (const suffix of ['_count', '_sum', '_bucket']) {
    if (shows(type, suffix) && typesOf(name + suffix).size > 0)
      return `collected ${type} named "${name}" collides with the metric named "${name}${suffix}"`
  }
  return undefined
}

function shows(type: MetricType, suffix: string): boolean {
  return type === 'histogram' || (type === 'summary' && suffix !== '_bucket')
}

/** A copy: what the parser cuts out of a body would otherwise keep the whole body in memory. */
function detached({ name, type, help }: FamilyHead): FamilyHead {
  const copy = (text: string) => Buffer.from(text).toString()
  return { name: copy(name), type, help: help === undefined ? undefined : copy(help) }
}

function countDown<K>(counts: Map<K, number>, key: K): void {
  const left = (counts.get(key) ?? 0) - 1
  if (left > 0) counts.set(key, left)
  else counts.delete(key)
}
