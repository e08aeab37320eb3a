/** Reads YAML strictly, with the line of everything, so that each refusal can say where. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml'

/** A value of the file together with its place. Scalars are text, whatever they look like. */
export interface Placed {
  readonly line: number
  /** `null`, or nothing at all: it reads as an empty text, an empty list, no entries. */
  readonly isNothing: boolean
  readonly isList: boolean
  /** Text of a scalar; anything else is refused with what was `expected`. */
  text(expected: string): string
  list(expected: string): readonly Placed[]
  /** Entries in their order, then what `<<` brings; a key that is not `allowed` is refused. */
  entries(expected: string, allowed?: readonly string[]): readonly Entry[]
  /** An error at this line. */
  wrong(reason: string): PlacedError
}

export interface Entry {
  readonly key: string
  readonly keyLine: number
  readonly value: Placed
}

export class PlacedError extends Error {
  override readonly name = 'PlacedError'
  readonly line: number

  constructor(line: number, reason: string) {
    super(reason)
    this.line = line
  }
}

/** The root of the file; throws a `PlacedError` where it is no YAML. */
export function readYaml(source: string): Placed {
  const lines = new LineCounter()
  // The failsafe schema leaves every scalar as text, so `severity: 1` means what it says.
  const document = parseDocument(source, { lineCounter: lines, schema: 'failsafe' })
  const [first] = document.errors
  if (first !== undefined)
    throw new PlacedError(lines.linePos(first.pos[0]).line, first.message.split('\n')[0] ?? '')
  return placed(document.contents, { document, lineOf: (at) => lines.linePos(at).line, line: 1 })
}

interface Reading {
  readonly document: Document
  readonly lineOf: (offset: number) => number
  /** Of what holds the value, for values that are absent. */
  readonly line: number
}

function placed(raw: unknown, reading: Reading): Placed {
  // A YAML document holds nodes only; the library types them as unknown.
  const given = raw as Node | null | undefined
  const node = isAlias(given) ? given.resolve(reading.document) : given
  const line = given?.range ? reading.lineOf(given.range[0]) : reading.line
  const wrong = (reason: string) => new PlacedError(line, reason)
  const inner = { ...reading, line }
  const isNothing = node === null || node === undefined || isNull(node)
  return {
    line,
    isNothing,
    isList: isSeq(node),
    wrong,
    text(expected) {
      if (isNothing) return ''
      if (!isScalar(node)) throw wrong(`expected ${expected}`)
      return String(node.value ?? '')
    },
    list(expected) {
      if (isNothing) return []
      if (!isSeq(node)) throw wrong(`expected ${expected}`)
      return node.items.map((item) => placed(item, inner))
    },
    entries(expected, allowed) {
      if (isNothing) return []
      if (!isMap(node)) throw wrong(`expected ${expected}`)
      const all = node.items.map((pair) => entry(pair, inner))
      return withMerged(all, expected).map((one) => allowedOnly(one, allowed))
    },
  }
}

/** The failsafe schema has texts only, and leaves `null` to its reader. */
const isNull = (node: Node) =>
  isScalar(node) && node.type === 'PLAIN' && /^(~|null|Null|NULL)?$/.test(String(node.value ?? ''))

function entry(pair: { key: unknown; value: unknown }, reading: Reading): Entry {
  const at = placed(pair.key, reading)
  const value = placed(pair.value, { ...reading, line: at.line })
  return { key: at.text('a key'), keyLine: at.line, value }
}

/** What `<<` brings counts where the mapping does not say it itself; of several the first. */
function withMerged(all: readonly Entry[], expected: string): readonly Entry[] {
  const merge = all.find(({ key }) => key === '<<')
  if (merge === undefined) return all
  const entries = new Map(all.map((one) => [one.key, one]))
  entries.delete('<<')
  const brought = merge.value.isList ? merge.value.list(expected) : [merge.value]
  for (const one of brought.flatMap((from) => from.entries(expected)))
    if (!entries.has(one.key)) entries.set(one.key, one)
  return [...entries.values()]
}

function allowedOnly(one: Entry, allowed: readonly string[] | undefined): Entry {
  if (allowed === undefined || allowed.includes(one.key)) return one
  const reason = `unknown key "${one.key}"; there are ${allowed.join(', ')}`
  throw new PlacedError(one.keyLine, reason)
}
