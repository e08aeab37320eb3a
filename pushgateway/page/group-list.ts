/**
 * One page of the groups. Its cost is a look at each group, never at a series; only the rows of the
 * page are made and put in order.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fault } from '#api/errors'
import type { Matcher } from '#lib/matcher'
import type { LabelPair } from '../text/family.ts'
import type { GroupQuery, SortKey } from './group-query.ts'
import { type Figures, type GroupRow, type ListedGroup, rowOf } from './group-row.ts'

export interface Totals {
  readonly groupCount: number
  readonly seriesCount: number
  readonly sizeBytes: number
}

export interface GroupList {
  readonly rows: readonly GroupRow[]
  /** Of all groups that were found, whatever the page shows. */
  readonly total: Totals
  /** The page shown: the last one where a later one was asked for. */
  readonly page: number
  readonly pageCount: number
}

/** `all` is sorted by labels. A costly search lets others have their turn, and ends in time. */
export async function listGroups(
  all: readonly ListedGroup[],
  query: GroupQuery,
  monotonicMs: () => number,
): Promise<GroupList> {
  const found = await foundIn(all, query, monotonicMs)
  const pageCount = Math.max(1, Math.ceil(found.length / query.limit))
  const page = Math.min(query.page, pageCount)
  const rows = slice(found, query, (page - 1) * query.limit).flatMap(rowOf)
  return { rows, total: totalsOf(found), page, pageCount }
}

export function totalsOf(groups: readonly ListedGroup[]): Totals {
  let seriesCount = 0
  let sizeBytes = 0
  for (const { visible } of groups) {
    seriesCount += visible?.seriesCount ?? 0
    sizeBytes += visible?.sizeBytes ?? 0
  }
  return { groupCount: groups.length, seriesCount, sizeBytes }
}

const turnMs = 10
const searchMsMax = 3000
/** At the clock, which costs about as much as looking at a group. */
const groupsBetweenLooks = 16

async function foundIn(
  all: readonly ListedGroup[],
  query: GroupQuery,
  monotonicMs: () => number,
): Promise<readonly ListedGroup[]> {
  const isFound = predicateOf(query)
  if (isFound === undefined) return all
  const startedMs = monotonicMs()
  let turnStartedMs = startedMs
  const found: ListedGroup[] = []
  for (const [i, group] of all.entries()) {
    if (isFound(group)) found.push(group)
    if (i % groupsBetweenLooks !== 0) continue
    const nowMs = monotonicMs()
    if (nowMs - turnStartedMs < turnMs) continue
    if (nowMs - startedMs > searchMsMax)
      throw fault('PUSHGATEWAY_SEARCH_COSTLY', { limitMs: searchMsMax })
    await nextTurn()
    turnStartedMs = monotonicMs()
  }
  return found
}

/** Undefined: everything is found. */
function predicateOf({ searched, selectors }: GroupQuery) {
  const isSelected = selectors.map(allHold)
  const holds = allHold(searched.matchers)
  const words = searched.words.map(anywhere)
  if (isSelected.length === 0 && searched.matchers.length + words.length === 0) return undefined
  return ({ pairs, labelText }: ListedGroup) =>
    words.every((word) => word.test(labelText)) &&
    holds(pairs) &&
    (isSelected.length === 0 || isSelected.some((selects) => selects(pairs)))
}

/** Many groups share a value: each is judged once. */
function allHold(matchers: readonly Matcher[]): (labels: readonly LabelPair[]) => boolean {
  const judged = matchers.map((matcher) => {
    const verdicts = new Map<string, boolean>()
    return (labels: readonly LabelPair[]) => {
      const value = labels.find(([name]) => name === matcher.name)?.[1] ?? ''
      const known = verdicts.get(value)
      if (known !== undefined) return known
      const verdict = matcher.matches({ [matcher.name]: value })
      verdicts.set(value, verdict)
      return verdict
    }
  })
  return (labels) => judged.every((holds) => holds(labels))
}

/** In the text of the labels a backslash stands twice. */
function anywhere(word: string): RegExp {
  return new RegExp(word.replace(/\\/g, '\\\\').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'iu')
}

const figureOf: Readonly<Record<Exclude<SortKey, 'name'>, (of: Figures) => number>> = {
  // Who never succeeded is older than everyone.
  age: ({ pushedAtMs }) => -pushedAtMs,
  series: ({ seriesCount }) => seriesCount,
  size: ({ sizeBytes }) => sizeBytes,
}

function slice(
  groups: readonly ListedGroup[],
  { sort, descending, limit }: GroupQuery,
  start: number,
): readonly ListedGroup[] {
  const end = Math.min(start + limit, groups.length)
  if (start >= end) return []
  if (sort === 'name' && !descending) return groups.slice(start, end)
  if (sort === 'name') return groups.slice(groups.length - end, groups.length - start).reverse()
  const figure = figureOf[sort]
  const sign = descending ? -1 : 1
  const keys = new Float64Array(groups.length)
  groups.forEach(({ visible }, i) => {
    keys[i] = visible === undefined ? 0 : sign * figure(visible)
  })
  return smallest(keys, start, end).flatMap((i) => groups[i] ?? [])
}

/**
 * Where in `keys` those stand that would be at `start` to `end - 1` if all were sorted; equal ones
 * in the order they have. Numbers alone sort much faster than groups do.
 */
function smallest(keys: Float64Array, start: number, end: number): readonly number[] {
  const sorted = keys.slice().sort()
  const least = sorted[start] ?? 0
  const most = sorted[end - 1] ?? 0
  const near: number[] = []
  keys.forEach((key, i) => {
    if (key >= least && key <= most) near.push(i)
  })
  near.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
  const ahead = start - sorted.indexOf(least)
  return near.slice(ahead, ahead + end - start)
}
