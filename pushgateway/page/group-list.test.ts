import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { listGroups } from './group-list.ts'
import { parseGroupQuery, sortKeys } from './group-query.ts'
import { type Figures, type GroupRow, type ListedGroup, rowOf } from './group-row.ts'

const group = (job: string, more: Partial<Figures> = {}): ListedGroup => ({
  pairs: [['job', job]],
  labelText: `instance="",job="${job.replace(/\\/g, '\\\\')}"`,
  visible: { pushedAtMs: 1000, failedAtMs: 0, seriesCount: 1, sizeBytes: 10, ...more },
})

const list = (groups: readonly ListedGroup[], query = '') =>
  listGroups(groups, parseGroupQuery(query), () => 0)
const jobs = async (groups: readonly ListedGroup[], query = '') =>
  (await list(groups, query)).rows.map(({ labels }) => labels[0]?.[1])

test('a page holds its rows and the totals of all that were found', async () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((job) => group(job))
  expect(await jobs(rows, 'limit=2&page=2')).toEqual(['c', 'd'])
  expect(await list(rows, 'limit=2&page=2')).toMatchObject({
    total: { groupCount: 5, seriesCount: 5, sizeBytes: 50 },
    page: 2,
    pageCount: 3,
  })
})

test('a page beyond the last is the last', async () => {
  expect(await list([group('a'), group('b')], 'limit=1&page=9')).toMatchObject({ page: 2 })
  expect(await list([], 'page=9')).toMatchObject({ page: 1, pageCount: 1, rows: [] })
})

test('the oldest push comes first when ages descend, and who never succeeded before all', async () => {
  const rows = [
    group('a', { pushedAtMs: 3 }),
    group('b', { pushedAtMs: 0 }),
    group('c', { pushedAtMs: 2 }),
  ]
  expect(await jobs(rows, 'sort=-age')).toEqual(['b', 'c', 'a'])
  expect(await jobs(rows, 'sort=age')).toEqual(['a', 'c', 'b'])
})

test('pages of any order together hold every group once, in that order', async () => {
  const figures = fc.record({ seriesCount: fc.nat(3), sizeBytes: fc.nat(3), pushedAtMs: fc.nat(3) })
  const order = fc.constantFrom(...sortKeys.flatMap((key) => [key, `-${key}`]))
  const limits = fc.integer({ min: 1, max: 4 })
  await fc.assert(
    fc.asyncProperty(fc.array(figures), order, limits, async (given, sort, limit) => {
      const groups = given.map((some, i) => group(String.fromCharCode(97 + i), some))
      const { pageCount } = await list(groups, `limit=${limit}`)
      const rows: GroupRow[] = []
      for (let page = 1; page <= pageCount; page++)
        rows.push(...(await list(groups, `limit=${limit}&sort=${sort}&page=${page}`)).rows)
      expect(rows).toEqual(sorted(groups, sort))
    }),
  )
})

/** Sorted as one would without a thought for cost. */
function sorted(groups: readonly ListedGroup[], sort: string) {
  const rows = groups.flatMap(rowOf)
  if (sort.endsWith('name')) return sort === 'name' ? rows : rows.toReversed()
  const figure = (of: Figures) => {
    if (sort.endsWith('age')) return -of.pushedAtMs
    return sort.endsWith('size') ? of.sizeBytes : of.seriesCount
  }
  const sign = sort.startsWith('-') ? -1 : 1
  return rows.toSorted((a, b) => sign * (figure(a) - figure(b)))
}

test('words are found anywhere in the labels, in any case, all of them', async () => {
  const rows = [group('nightly-backup'), group('backup'), group('C:\\x')]
  expect(await jobs(rows, 'search=BACKUP')).toEqual(['nightly-backup', 'backup'])
  expect(await jobs(rows, 'search=night+backup')).toEqual(['nightly-backup'])
  expect(await jobs(rows, `search=${encodeURIComponent('C:\\')}`)).toEqual(['C:\\x'])
  expect(await jobs(rows, 'search=.*')).toEqual([])
})

test('matchers select as they do in Prometheus', async () => {
  const rows = [
    group('a'),
    group('ab'),
    {
      ...group('b'),
      pairs: [
        ['job', 'b'],
        ['zone', 'z'],
      ] as const,
    },
  ]
  const search = (text: string) => jobs(rows, `search=${encodeURIComponent(text)}`)
  expect(await search('job="a"')).toEqual(['a'])
  expect(await search('{job=~"a.*"}')).toEqual(['a', 'ab'])
  expect(await search('zone=""')).toEqual(['a', 'ab'])
  expect(await search('zone!="" b')).toEqual(['b'])
  const match = (...texts: string[]) =>
    jobs(rows, texts.map((text) => `match[]=${encodeURIComponent(text)}`).join('&'))
  expect(await match('{job="a"}', '{zone="z"}')).toEqual(['a', 'b'])
  expect(await match('{}')).toEqual(['a', 'ab', 'b'])
})

test.each([
  ['sort=colour', 'sort is one of name, age, series, size'],
  ['limit=0', 'limit is a whole number from 1 to 1000'],
  ['limit=1001', 'limit is a whole number'],
  ['page=1e3', 'page is a whole number'],
  ['page=-1', 'page is a whole number'],
  ['match[]=up', 'write {name="value",…}'],
  ['search=a%3D~%22(%22', 'Cannot compile regex "("'],
  [`search=${'x'.repeat(501)}`, 'search is longer than 500 letters'],
  ['match[]={}&'.repeat(65), 'match[] is given over 64 times'],
])('%j is refused with what would be right', (query, says) => {
  expect(() => parseGroupQuery(query)).toThrow(says)
})

test('a search that takes long lets others have their turn, and ends', async () => {
  const groups = Array.from({ length: 100_000 }, (_, i) => group(`j${i}`))
  let nowMs = 0
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const slow = listGroups(groups, parseGroupQuery('search=j'), () => (nowMs += 3))
  await expect(slow).rejects.toThrow('it took over 3000 ms')
  isOver = true
  expect(turns).toBeGreaterThan(100)
})
