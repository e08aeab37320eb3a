/** Random families for properties, and how a client would put them into protobuf and text. */
import fc from 'fast-check'
import type { MetricType } from '#api/sample'
import { WireWriter } from '#lib/wire-writer'
import type { LabelPair, ParsedFamily, ParsedMetric } from '../../text/family.ts'
import { encodeMetric } from '../encode-metric.ts'
import { family as tags, typeNumbers } from '../schema.ts'

export function encodeFamilies(families: readonly ParsedFamily[]): Buffer {
  return Buffer.concat(families.map(encodeFamily))
}

function encodeFamily({ name, type, help, metrics }: ParsedFamily): Buffer {
  const message = new WireWriter()
  message.text(tags.name, name)
  if (help !== undefined) message.text(tags.help, help)
  message.varint(tags.type)
  message.varint(typeNumbers[type])
  for (const metric of metrics)
    message.sized(tags.metric, encodeMetric(type, metric, metric.labels))
  const framed = new WireWriter()
  framed.varint(message.sizeBytes)
  framed.raw(message.take())
  return framed.take()
}

const someText = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'b', '"', '\\', '\n', 'é', '𝄞', ' ', '{', '}', ',', '='),
    maxLength: 8,
  }),
  fc.string({ maxLength: 200 }),
)
/** Without -0: text has but one zero. */
const someNumber = fc
  .oneof(
    fc.integer(),
    fc.double(),
    fc.constantFrom(0, 0.1, -2.5, 1e21, 123456.789, 5e-324, NaN, Infinity, -Infinity),
  )
  .map((value) => value + 0)
const someCount = fc.oneof(fc.nat(), fc.nat({ max: 5 }), fc.constantFrom(2 ** 31, 2 ** 40, 1e15))
const plainName = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/)

const someLabels = fc
  .uniqueArray(fc.tuple(plainName, someText), { selector: ([name]) => name, maxLength: 6 })
  .map((pairs): readonly LabelPair[] =>
    pairs
      .filter(([name]) => name !== 'le' && name !== 'quantile')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const somePoints = fc
  .uniqueArray(fc.tuple(fc.double({ noNaN: true }), someCount), {
    selector: ([at]) => at,
    maxLength: 5,
  })
  .map((points) => [...points].map(([at, count]): [number, number] => [at + 0, count]))

const someMetric = (type: MetricType): fc.Arbitrary<ParsedMetric> => {
  const isCompound = type === 'histogram' || type === 'summary'
  return fc.record({
    labels: someLabels,
    value: isCompound ? fc.constant(0) : someNumber,
    count: isCompound ? someCount : fc.constant(0),
    sum: isCompound ? someNumber : fc.constant(0),
    points: isCompound ? somePoints : fc.constant([]),
  })
}

const someFamily = fc
  .record({
    name: plainName,
    type: fc.constantFrom<MetricType>('counter', 'gauge', 'histogram', 'summary', 'untyped'),
    help: fc.option(someText, { nil: undefined }),
  })
  .chain((head) =>
    fc
      .uniqueArray(someMetric(head.type), {
        selector: ({ labels }) => JSON.stringify(labels),
        minLength: 1,
        maxLength: 4,
      })
      .map((metrics): ParsedFamily => ({ ...head, metrics })),
  )

/** Of different names, none of which is another's with a suffix. */
export const someFamilies = fc
  .uniqueArray(someFamily, { selector: ({ name }) => name, maxLength: 4 })
  .map((families) => families.map((family, i) => ({ ...family, name: `f${i}_${family.name}_x` })))
