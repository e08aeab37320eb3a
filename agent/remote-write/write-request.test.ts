import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createRenderer } from '../expose.ts'
import { readRequest } from '../fake/read-request.ts'
import { writeRequestOf } from './write-request.ts'

const own = { job: 'zstone', instance: 'node-1' }
const written = (text: string) =>
  readRequest(writeRequestOf({ atMs: 1_763_712_345_678, text: Buffer.from(text) }, own))

test('each sample is a series with the time of the tick and the labels of the node', () => {
  expect(
    written('# HELP m Help.\n# TYPE m gauge\nm{device="sda",b="",instance="x"} 1.5\nn +Inf\n'),
  ).toEqual([
    {
      labels: { __name__: 'm', device: 'sda', instance: 'node-1', job: 'zstone' },
      value: 1.5,
      atMs: 1_763_712_345_678,
    },
    {
      labels: { __name__: 'n', instance: 'node-1', job: 'zstone' },
      value: Number.POSITIVE_INFINITY,
      atMs: 1_763_712_345_678,
    },
  ])
})

test('labels come by name', () => {
  const [first] = written('m{z="1",a="2",B="3"} 1\n')
  expect(Object.keys(first?.labels ?? {})).toEqual(['B', '__name__', 'a', 'instance', 'job', 'z'])
})

test('what is no sample is refused', () => {
  expect(() => written('m{a="1} 2\n')).not.toThrow() // Its label cannot be read, hence is none.
  expect(() => written('no value\n')).not.toThrow()
  expect(() => written('{} \n')).toThrow('expected a sample, found "{} "')
})

test('whatever is rendered arrives: any label value and any number', () => {
  const label = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/)
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.stringMatching(/^[\\"\n{},= ]{1,6}$/),
  )
  const sample = fc.record({
    labels: fc.dictionary(label, value, { maxKeys: 4, noNullPrototype: true }),
    value: fc.double(),
  })
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 5 }), (given) => {
      const unique = given.map(({ labels, value }, i) => ({
        name: 'm',
        labels: { ...labels, row: String(i) },
        value,
      }))
      const text = createRenderer().render([
        { name: 'm', type: 'gauge', help: 'Any.', samples: unique },
      ])
      expect(
        written(String(text)).map(({ labels, value }) => ({ labels: sorted(labels), value })),
      ).toEqual(
        unique.map(({ labels, value }) => ({
          labels: sorted({ __name__: 'm', ...labels, ...own }),
          value,
        })),
      )
    }),
    { numRuns: 500 },
  )
})

const sorted = (labels: Readonly<Record<string, string>>) => Object.entries(labels).sort()
