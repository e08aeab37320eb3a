import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createImageReader, imageParts } from '../log/image.ts'
import { ByteWriter } from '../text/bytes.ts'
import type { LabelPair, StoredFamily } from '../text/family.ts'
import { renderPush } from '../text/render.ts'
import { slotOf } from './book.ts'
import { createBooks } from './books.ts'

type Labels = Readonly<Record<string, string>>

interface Push {
  /** Which group it is for; each is one family of the same name. */
  readonly group: number
  /** None: the family is gone. */
  readonly series: readonly { readonly labels: Labels; readonly value: number }[]
}

const headOf = <T>(head: T) => head

function familyOf({ group, series }: Push): StoredFamily | undefined {
  if (series.length === 0) return undefined
  const metrics = series.map(({ labels, value }) => {
    const pairs: LabelPair[] = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
    return { labels: pairs, value, count: 0, sum: 0, points: [] }
  })
  const families = [{ name: 'm', type: 'gauge', help: undefined, metrics } as const]
  const labels = { pairs: [['job', `j${group}`]] as const, addsInstance: false }
  return renderPush(families, { group: labels, pushedAtMs: 0, headOf })[0]?.stored
}

/** Fewer labels first, then by the values in the order of the names, byte by byte. */
function inOrder(a: Labels, b: Labels): number {
  const values = (labels: Labels) =>
    Object.keys(labels)
      .sort()
      .map((name) => Buffer.from(labels[name] ?? ''))
  const [left, right] = [values(a), values(b)]
  if (left.length !== right.length) return left.length - right.length
  const parted = left.findIndex((value, i) => Buffer.compare(value, right[i]!) !== 0)
  return parted < 0 ? 0 : Buffer.compare(left[parted]!, right[parted]!)
}

const someValue = fc.constantFrom('', 'a', 'ab', 'a b', 'é', '\u{1f4be}', 'q"', 'b\\', 'n\nm', '~')
const someSeries = fc.uniqueArray(
  fc.record({
    labels: fc.oneof(
      fc.record({ a: someValue }),
      fc.record({ a: someValue, z: someValue }),
      fc.record({ k: someValue }),
    ),
    value: fc.constantFrom(1, 22, 333_333.25, 1e20),
  }),
  { selector: ({ labels }) => JSON.stringify(labels), maxLength: 6 },
)
const somePushes = fc.array(fc.record({ group: fc.nat(4), series: someSeries }), { maxLength: 30 })

const shown = (books: ReturnType<typeof createBooks>) =>
  books
    .pages()
    .flatMap(({ blocks }) => Array.from(blocks, ({ bytes }) => bytes.toString()))
    .join('')

test('series stand in the order of Prometheus after any pushes and deletions', () => {
  fc.assert(
    fc.property(somePushes, (pushes) => {
      const books = createBooks()
      const held = new Map<number, { push: Push; family: StoredFamily | undefined }>()
      for (const push of pushes) {
        const family = familyOf(push)
        books.replace(held.get(push.group)?.family, family)
        held.set(push.group, { push, family })
      }
      const labels = [...held.values()].flatMap(({ push: { group, series } }) =>
        series.map((one) => ({ job: `j${group}`, ...one.labels })),
      )
      const lines = shown(books).split('\n').slice(0, -1)
      expect(lines).toHaveLength(labels.length)
      const sorted = labels.toSorted(inOrder)
      // Where all values are alike the names decide, which the model leaves open.
      const values = (line: string) => [...line.matchAll(/="((?:[^"\\]|\\.)*)"/g)].map((m) => m[1])
      const written = sorted.map((one) =>
        Object.keys(one)
          .sort()
          .map((name) => JSON.stringify(one[name as keyof typeof one]).slice(1, -1)),
      )
      expect(lines.map(values)).toEqual(written)
      for (const { push, family } of held.values())
        expect(family?.bytes().toString() ?? '').toBe(familyOf(push)?.bytes().toString() ?? '')
    }),
    { numRuns: 300 },
  )
})

/** Enough series for several blocks. */
function manySeries(group: number, value: number): Push {
  const series = Array.from({ length: 700 }, (_, i) => ({ labels: { a: `v${i}` }, value }))
  return { group, series }
}

test('a page does not change when values grow, series come and families go', () => {
  const books = createBooks()
  const families = [0, 1, 2].map((group) => familyOf(manySeries(group, 1)))
  for (const family of families) books.replace(undefined, family)
  const pages = books.pages()
  const before = shown(books)
  books.replace(families[0], familyOf(manySeries(0, 123_456)))
  books.replace(families[1], undefined)
  books.replace(undefined, familyOf(manySeries(3, 7)))
  const lent = pages
    .flatMap(({ blocks }) => Array.from(blocks, ({ bytes }) => bytes.toString()))
    .join('')
  expect(lent).toBe(before)
  expect(shown(books)).not.toBe(before)
})

test('blocks that are stored and loaded again show the same and go on', () => {
  const books = createBooks()
  const families = [0, 1, 2].map((group) => familyOf(manySeries(group, 1))!)
  for (const family of families) books.replace(undefined, family)
  books.replace(families[1], undefined)
  const copy = createBooks()
  const read = createImageReader(headOf)
  const adopted = [families[0]!, families[2]!].map((family) => {
    const { head, metricCount, seriesCount, sizeBytes, pushedAtMs, quoted, proto } = family
    const counts = { metricCount, seriesCount, sizeBytes }
    return copy.adopt({ head, ...counts, pushedAtMs, quoted, proto, slot: slotOf(family) })
  })
  for (const part of imageParts({ pages: books.pages(), groups: [], tombstones: [] })) {
    const to = new ByteWriter()
    part(to)
    const found = read(Buffer.from(to.since(0)))
    if (found.part === 'block') copy.load(found)
  }
  copy.loaded()
  expect(shown(copy)).toBe(shown(books))
  expect(adopted[1]!.bytes().toString()).toBe(families[2]!.bytes().toString())
  copy.replace(adopted[0], familyOf(manySeries(0, 5)))
  copy.replace(undefined, familyOf(manySeries(1, 6)))
  books.replace(families[0], familyOf(manySeries(0, 5)))
  books.replace(undefined, familyOf(manySeries(1, 6)))
  expect(shown(copy)).toBe(shown(books))
})
