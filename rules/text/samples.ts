/** What `query` gives in a text, and the functions on it. */
import type { Labels } from '#lib/labels'
import { type GoFunction, GoList, GoMap, GoStruct, goFunction, typeOf, type Value } from '#template'
import type { Element } from '../world.ts'

const listType = 'template.queryResult'
const sampleType = '*template.sample'

export const samplesOf = (elements: readonly Element[]): GoList =>
  new GoList(elements.map(sampleOf), listType)

export const textMap = (labels: Labels) =>
  new GoMap(new Map(Object.entries(labels)), { type: 'map[string]string', zero: '' })

const sampleOf = ({ labels, value }: Element) =>
  new GoStruct(sampleType, { Labels: textMap(labels), Value: value })

export const onSamples: Readonly<Record<string, GoFunction>> = {
  first: goFunction(['value'], (value) => {
    const [first] = listIn(value).items
    if (first === undefined) throw new Error('first() called on vector with no elements')
    return first
  }),
  value: goFunction(['value'], (value) => sampleIn(value).fields.get('Value')),
  label: goFunction(['string', 'value'], (name, value) => labelOf(sampleIn(value), name)),
  strvalue: goFunction(['value'], (value) => labelOf(sampleIn(value), '__value__')),
  sortByLabel: goFunction(['string', 'value'], (name, value) => {
    const keyed = listIn(value).items.map((item) => [labelOf(sampleIn(item), name), item] as const)
    return new GoList(
      keyed.sort(([a], [b]) => (a < b ? -1 : Number(a > b))).map(([, item]) => item),
      listType,
    )
  }),
}

function labelOf(sample: GoStruct, name: string): string {
  const labels = sample.fields.get('Labels')
  const text = labels instanceof GoMap ? labels.entries.get(name) : ''
  return typeof text === 'string' ? text : ''
}

function listIn(value: Value): GoList {
  if (value instanceof GoList && value.type === listType) return value
  throw wrongType(value, listType)
}

function sampleIn(value: Value): GoStruct {
  if (value instanceof GoStruct && value.type === sampleType) return value
  throw wrongType(value, sampleType)
}

const wrongType = (value: Value, wanted: string) =>
  new Error(`wrong type for value; expected ${wanted}; got ${typeOf(value)}`)
