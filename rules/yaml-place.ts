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
  /** Text of a scalar; anything else is refused with what was `expected`. */
  text(expected: string): string
  list(expected: string): readonly Placed[]
  /** Entries in their order; a key that is not `allowed` is refused. */
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
  return {
    line,
    wrong,
    text(expected) {
      if (!isScalar(node)) throw wrong(`expected ${expected}`)
      return String(node.value ?? '')
    },
    list(expected) {
      if (!isSeq(node)) throw wrong(`expected ${expected}`)
      return node.items.map((item) => placed(item, inner))
    },
    entries(expected, allowed) {
      if (!isMap(node)) throw wrong(`expected ${expected}`)
      return node.items.map((pair) => entry(pair, inner, allowed))
    },
  }
}

function entry(
  pair: { key: unknown; value: unknown },
  reading: Reading,
  allowed: readonly string[] | undefined,
): Entry {
  const at = placed(pair.key, reading)
  const key = at.text('a key')
  if (allowed !== undefined && !allowed.includes(key))
    throw at.wrong(`unknown key "${key}"; there are ${allowed.join(', ')}`)
  return { key, keyLine: at.line, value: placed(pair.value, { ...reading, line: at.line }) }
}
