/**
 * What is wrong with a text that stands at `/metrics`, by the rules of the format and of
 * Prometheus. Written apart from the gateway's own reader and writer, line by line, so that they
 * cannot share a mistake.
 */
import { isUtf8 } from 'node:buffer'
import { countOutOfOrder } from '../bench/order.ts'

interface Family {
  readonly name: string
  readonly type: string
}

const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s
const number = /^(?:[-+]?(?:\d+(?:\.\d+)?(?:e[-+]\d+)?|Inf)|NaN)$/
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y
const typeLine = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/
const helpLine = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\[\\n])*$/

/** The first fault; undefined: there is none. */
export function faultOf(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return 'it is no UTF-8'
  const text = bytes.toString()
  if (text !== '' && !text.endsWith('\n')) return 'its last line does not end'
  const reader = createReader()
  for (const line of text.split('\n').slice(0, -1)) {
    const fault = reader.read(line)
    if (fault !== undefined) return `${fault}: ${JSON.stringify(line)}`
  }
  return reader.clash()
}

/** As `faultOf`, and whether all stands in Prometheus's order. */
export function faultOrDisorderOf(bytes: Buffer): string | undefined {
  const misplaced = countOutOfOrder(bytes)
  return faultOf(bytes) ?? (misplaced > 0 ? `${misplaced} series out of order` : undefined)
}

function createReader() {
  const families = new Map<string, Family>()
  const seen = new Set<string>()
  let family: Family | undefined
  let helped: string | undefined

  const readType = (line: string): string | undefined => {
    const [, name = '', type = ''] = typeLine.exec(line) ?? []
    if (name === '') return 'no type'
    if (families.has(name)) return 'the family stands twice'
    if (helped !== undefined && helped !== name) return 'the help of another family'
    helped = undefined
    family = { name, type }
    families.set(name, family)
    return undefined
  }
  const readHelp = (line: string): string | undefined => {
    if (helped !== undefined) return 'help without a type'
    helped = helpLine.exec(line)?.[1]
    return helped === undefined ? 'no help' : undefined
  }
  const readSample = (line: string): string | undefined => {
    const [, name = '', inner, value = ''] = sample.exec(line) ?? []
    if (name === '') return 'no sample'
    if (family === undefined || helped !== undefined) return 'a sample outside of a family'
    if (!number.test(value)) return 'no number'
    const pairs = pairsOf(inner ?? '')
    if (pairs === undefined) return 'no labels'
    const fault = faultOfLabels(pairs) ?? faultOfPlace(family, name, pairs)
    // The original too shows a bound twice where a push says it twice; Prometheus takes the first.
    const isPoint = pairs.some(([other]) => other === 'le' || other === 'quantile')
    const identity = `${name} ${JSON.stringify(pairs.toSorted())}`
    if (seen.has(identity) && !isPoint) return 'the series stands twice'
    seen.add(identity)
    return fault
  }
  return {
    read(line: string): string | undefined {
      if (line.startsWith('# TYPE ')) return readType(line)
      return line.startsWith('# HELP ') ? readHelp(line) : readSample(line)
    },
    /** Lines of one family that could be taken for another. */
    clash(): string | undefined {
      for (const { name, type } of families.values())
        for (const suffix of suffixesOf(type))
          if (families.has(name + suffix)) return `${name}${suffix} is a family and part of another`
      return undefined
    },
  }
}

type Pair = readonly [name: string, value: string]

function pairsOf(inner: string): Pair[] | undefined {
  const pairs: Pair[] = []
  label.lastIndex = 0
  for (let at = 0; at < inner.length; at = label.lastIndex) {
    const found = label.exec(inner)
    if (found === null) return undefined
    pairs.push([found[1] ?? '', found[2] ?? ''])
  }
  return inner.endsWith(',') ? undefined : pairs
}

function faultOfLabels(pairs: readonly Pair[]): string | undefined {
  const names = pairs.map(([name]) => name)
  if (new Set(names).size < names.length) return 'a label stands twice'
  if (names.includes('__name__')) return 'a label is called __name__'
  return ['job', 'instance'].every((name) => names.includes(name))
    ? undefined
    : 'no job or instance'
}

const suffixesOf = (type: string) =>
  type === 'histogram'
    ? ['_bucket', '_sum', '_count']
    : type === 'summary'
      ? ['_sum', '_count']
      : []

function faultOfPlace(family: Family, name: string, pairs: readonly Pair[]): string | undefined {
  const suffix = name.startsWith(family.name) ? name.slice(family.name.length) : undefined
  const isPart = suffix !== undefined && suffixesOf(family.type).includes(suffix)
  const isPlain = suffix === '' && family.type !== 'histogram'
  if (!isPart && !isPlain) return `it is no part of ${family.name}`
  const point = suffix === '_bucket' ? 'le' : isPlain && family.type === 'summary' ? 'quantile' : ''
  if (point === '') return undefined
  const bound = pairs.find(([other]) => other === point)?.[1]
  return bound !== undefined && number.test(bound) ? undefined : `no ${point}`
}
