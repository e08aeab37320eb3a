/**
 * Escaped names, such that no two things get the same one. What is plain keeps its name. Of others
 * that would become alike, and of one that would become what is plain, all but the first are
 * written as `values` has them, which no two names share; so is a label that would become reserved
 * (`..name..` as `__name__`). So a scrape shows everything, and can be read.
 */
import type { FamilyHead } from '../text/family.ts'
import { type Escaping, escapeName, type NameKind } from './names.ts'

/** The names of families in a scrape, by what they are stored under. */
export function familyNames(
  heads: readonly FamilyHead[],
  escaping: Escaping,
): ReadonlyMap<string, string> {
  const taken = new Set<string>()
  const shown = new Map<string, string>()
  const place = (head: FamilyHead, name: string) => {
    shown.set(head.name, name)
    for (const sample of sampleNames(head, name)) taken.add(sample)
  }
  const isFree = (head: FamilyHead) => (name: string) =>
    sampleNames(head, name).every((sample) => !taken.has(sample))
  const isKept = ({ name }: FamilyHead) => escapeName(name, 'metric', escaping) === name
  for (const head of heads) if (isKept(head)) place(head, head.name)
  for (const head of heads)
    if (!isKept(head)) place(head, freeName(head.name, { kind: 'metric', escaping }, isFree(head)))
  return shown
}

/** The names of labels in one family, by what they are stored under. */
export function labelNames(
  names: Iterable<string>,
  escaping: Escaping,
): ReadonlyMap<string, string> {
  const shown = new Map<string, string>()
  const taken = new Set<string>()
  const place = (name: string, as: string) => {
    shown.set(name, as)
    taken.add(as)
  }
  const all = [...names].sort()
  const isKept = (name: string) => pointLabels.has(name) || shownLabel(name, escaping) === name
  for (const name of all) if (isKept(name)) place(name, name)
  const isFree = (name: string) => !taken.has(name) && !name.startsWith('__')
  for (const name of all)
    if (!isKept(name)) place(name, freeName(name, { kind: 'label', escaping }, isFree))
  return shown
}

/** They mean something, so they stay as they are. */
const pointLabels: ReadonlySet<string> = new Set(['le', 'quantile'])

const shownLabel = (name: string, escaping: Escaping) => escapeName(name, 'label', escaping)

function freeName(
  name: string,
  how: { readonly kind: NameKind; readonly escaping: Escaping },
  isFree: (name: string) => boolean,
): string {
  const wanted = escapeName(name, how.kind, how.escaping)
  if (isFree(wanted)) return wanted
  // Only who pushes names that begin with `U__` needs the underscores at the end.
  let other = escapeName(name, how.kind, 'values')
  while (!isFree(other)) other += '_'
  return other
}

/** What the samples of a family are called. */
function sampleNames({ type }: FamilyHead, name: string): readonly string[] {
  if (type === 'histogram') return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]
  return type === 'summary' ? [name, `${name}_sum`, `${name}_count`] : [name]
}
