import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { linesPerPage, sliceLines } from './group-lines.ts'

const source = (name: string, lineCount: number) => ({
  name,
  type: 'gauge' as const,
  help: undefined,
  lineCount,
  lines: ({ from, count }: { from: number; count: number }) =>
    Array.from({ length: count }, (_, i) => `${name} ${from + i}`),
})

test('a page of lines may end in one family and the next begin there', () => {
  const sources = [source('a', 3), source('b', linesPerPage), source('c', 1)]
  const first = sliceLines(sources, 1)
  expect(first).toMatchObject({ lineCount: linesPerPage + 4, pageCount: 2, start: 0, end: 500 })
  expect(first.families.map(({ name, from, lines }) => [name, from, lines.length])).toEqual([
    ['a', 0, 3],
    ['b', 0, linesPerPage - 3],
  ])
  expect(sliceLines(sources, 9).families.map(({ name, lines }) => [name, lines])).toEqual([
    ['b', ['b 497', 'b 498', 'b 499']],
    ['c', ['c 0']],
  ])
})

test('all pages together show each line once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1200), { maxLength: 5 }), (counts) => {
      const sources = counts.map((count, i) => source(`f${i}`, count))
      const { pageCount } = sliceLines(sources, 1)
      const paged = Array.from({ length: pageCount }, (_, i) => sliceLines(sources, i + 1))
      const shown = paged.flatMap(({ families }) => families.flatMap(({ lines }) => lines))
      const all = sources.flatMap(({ lines, lineCount }) => lines({ from: 0, count: lineCount }))
      expect(shown).toEqual(all)
    }),
    { numRuns: 30 },
  )
})

test('a group without series has one empty page', () => {
  expect(sliceLines([], 1)).toMatchObject({ families: [], lineCount: 0, page: 1, pageCount: 1 })
})
