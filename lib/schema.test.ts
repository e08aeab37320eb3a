import { expect, test } from '@jest/globals'
import { z } from 'zod'
import {
  choice,
  complaintsOf,
  count,
  defineKind,
  type FieldsOf,
  optional,
  schemaOf,
  text,
  time,
  truth,
  value,
} from '#lib/schema'

const book = defineKind({
  name: 'book',
  plural: 'books',
  about: 'A book.',
  fields: {
    title: text('What is on it.', { longest: 5 }),
    pages: count('How long it is.', { least: 1, most: 9 }),
    binding: choice('How it is bound.', ['soft', 'hard']),
    isLent: truth('Whether someone has it.'),
    lentAt: optional(time('Since when.')),
    words: value('What is in it.', z.array(z.string())),
  },
})

const good: FieldsOf<typeof book> = {
  title: 'Ulys',
  pages: 9,
  binding: 'soft',
  isLent: false,
  words: ['yes'],
}

const complaint = (change: object) => {
  const { error } = schemaOf(book.fields).safeParse({ ...good, ...change })
  return error === undefined ? undefined : complaintsOf(error)
}

test('what fits the fields is taken as it is, and a kind without actions has none', () => {
  expect(schemaOf(book.fields).parse(good)).toEqual(good)
  expect(complaint({ lentAt: '2026-11-21T00:00:00.000Z' })).toBeUndefined()
  expect(book.actions).toEqual({})
})

test.each([
  [{ title: 'Ulysses' }, /^title: /],
  [{ title: '' }, /^title: /],
  [{ pages: 10 }, /^pages: /],
  [{ pages: 1.5 }, /^pages: /],
  [{ binding: 'none' }, /^binding: .*"soft"\|"hard"/],
  [{ isLent: 'no' }, /^isLent: /],
  [{ lentAt: '2026-11-21T00:00:00Z' }, /^lentAt: /],
  [{ words: [1] }, /^words\.0: /],
  [{ colour: 'red' }, /colour/],
  [{ title: '', pages: 0 }, /^title: .*; pages: /],
])('%j is refused, naming the place', (change, words) => {
  expect(complaint(change)).toMatch(words)
})

test('a field that is not optional must be there', () => {
  expect(complaint({ title: undefined })).toMatch(/^title: /)
})
