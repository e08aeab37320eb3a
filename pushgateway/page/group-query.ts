/** What a reader asks of the list of groups: read from the address, and written into links. */
import type { Matcher } from '#lib/matcher'
import { parseSearch, parseSelector } from '#lib/selector'
import { attempt, refused } from '../query-fault.ts'

export const sortKeys = ['name', 'age', 'series', 'size'] as const
export type SortKey = (typeof sortKeys)[number]

export interface GroupQuery {
  /** What was typed: matchers and words, all of which must hold. */
  readonly search: string
  readonly searched: ReturnType<typeof parseSearch>
  /** A group is listed if one of these selects it; none: all groups. */
  readonly selectors: readonly (readonly Matcher[])[]
  readonly sort: SortKey
  readonly descending: boolean
  /** From 1 on. */
  readonly page: number
  readonly limit: number
}

export const limitDefault = 50
const limitMax = 1000
const pageMax = 1_000_000
const searchLengthMax = 500
const selectorsMax = 64

export function parseGroupQuery(text: string | undefined): GroupQuery {
  const given = new URLSearchParams(text ?? '')
  const search = (given.get('search') ?? '').trim()
  const selectors = given.getAll('match[]')
  const sort = given.get('sort') ?? 'name'
  const key = sortKeys.find((name) => name === sort.replace(/^-/, ''))
  if (key === undefined) throw refused(`sort is one of ${sortKeys.join(', ')}, with - to reverse`)
  if (search.length > searchLengthMax)
    throw refused(`search is longer than ${searchLengthMax} letters`)
  if (selectors.length > selectorsMax) throw refused(`match[] is given over ${selectorsMax} times`)
  return {
    search,
    searched: attempt(() => parseSearch(search)),
    selectors: selectors.map((selector) => attempt(() => parseSelector(selector))),
    sort: key,
    descending: sort.startsWith('-'),
    page: wholeOf(given, 'page', { absent: 1, most: pageMax }),
    limit: wholeOf(given, 'limit', { absent: limitDefault, most: limitMax }),
  }
}

/** The address of the same list with some of it changed, relative to the list's own. */
export function listLink(
  query: GroupQuery,
  change: Partial<Pick<GroupQuery, 'sort' | 'descending' | 'page'>>,
): string {
  const { search, sort, descending, page, limit } = { ...query, ...change }
  const wanted = new URLSearchParams()
  if (search !== '') wanted.set('search', search)
  if (sort !== 'name' || descending) wanted.set('sort', `${descending ? '-' : ''}${sort}`)
  if (page !== 1) wanted.set('page', String(page))
  if (limit !== limitDefault) wanted.set('limit', String(limit))
  return wanted.size === 0 ? './' : `./?${wanted}`
}

export function wholeOf(
  given: URLSearchParams,
  name: string,
  { absent, most }: { absent: number; most: number },
): number {
  const text = given.get(name)
  if (text === null || text === '') return absent
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && value >= 1 && value <= most) return value
  throw refused(`${name} is a whole number from 1 to ${most}`)
}
