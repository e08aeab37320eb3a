/** Reads a YAML file strictly: every refusal names the file, the line and the path of the key. */
import {
  Alias,
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  parseDocument,
} from 'yaml'
import { fault } from '#api/errors'
import { parseDurationMs } from '#lib/duration'
import { messageOf, type ZstoneError } from '#lib/errors'
import type { MatcherMode } from './matchers.ts'

/** A value in the file, with all it takes to point at it. */
export interface Place {
  /** `route.routes[0].receiver`; the top is empty. */
  readonly path: string
  readonly node: unknown
  readonly source: Source
}

interface Source {
  readonly file: string
  readonly document: Document.Parsed
  readonly lines: LineCounter
  /** Which grammar its matchers are of. */
  readonly matchers: MatcherMode
  /** What was read and is worth a word; grows while the file is read. */
  readonly remarks: Remark[]
}

/** Where something stands in the file. */
export interface Where {
  readonly path: string
  readonly line: number
}

export interface Remark extends Where {
  /** The thing and its state. */
  readonly what: string
  readonly remedy: string
}

export interface Fields {
  optional<T>(name: string, read: (at: Place) => T): T | undefined
  required<T>(name: string, read: (at: Place) => T): T
}

/** Where a mapping is not given at all. */
export const noFields: Fields = {
  optional: () => undefined,
  required(name) {
    throw new Error(`there is no mapping that could hold ${name}`)
  },
}

/** The first document of the file, as upstream has it. */
export function openYaml(text: string, file: string, matchers: MatcherMode = 'fallback'): Place {
  const lines = new LineCounter()
  const options = { lineCounter: lines, prettyErrors: false }
  const documents = parseAllDocuments(text, options)
  const [document = parseDocument(text, options), second] = [...documents]
  const broken = document.errors[0]
  if (broken !== undefined) {
    const isTwice = broken.code === 'DUPLICATE_KEY'
    const reason = isTwice
      ? `key ${JSON.stringify(keyAt(text, broken.pos[0]))} already set in map`
      : messageOf(broken).split('\n')[0]
    const { line } = lines.linePos(broken.pos[0])
    throw fault('ALERT_CONFIG_INVALID', { file, line, reason })
  }
  const top = {
    path: '',
    node: document.contents,
    source: { file, document, lines, matchers, remarks: [] },
  }
  if (second !== undefined)
    remark(
      { ...top, node: second.contents },
      { what: 'only the first document of the file is read', remedy: 'remove what follows it' },
    )
  return top
}

const keyAt = (text: string, start: number) => /^["']?([^"'\s:]*)/.exec(text.slice(start))?.[1]

export function refusal(at: Place, reason: string): ZstoneError {
  return fault('ALERT_CONFIG_INVALID', { file: at.source.file, line: whereOf(at).line, reason })
}

export function whereOf({ path, node, source }: Place): Where {
  return { path, line: lineOf(node, source.lines) }
}

/** Notes what is accepted and yet worth a word. */
export function remark(at: Place, said: Omit<Remark, keyof Where>): void {
  at.source.remarks.push({ ...whereOf(at), ...said })
}

/** `known` keys are read; `later` ones are upstream's that we do not act on: they are refused. */
export function fields(
  at: Place,
  { known, later = [] }: { known: readonly string[]; later?: readonly string[] },
): Fields {
  const found = new Map<string, Place>()
  for (const { key, value } of pairsOf(at)) {
    const name = isScalar(key) ? String(key.value) : String(key)
    const path = at.path === '' ? name : `${at.path}.${name}`
    const place = { path, node: value, source: at.source }
    const keyPlace = { ...place, node: key }
    if (later.includes(name)) throw refusal(keyPlace, `${path} is not supported yet; remove it`)
    if (!known.includes(name))
      throw refusal(
        keyPlace,
        `field ${name} not found in type config.plain: ${nameOf(at)} takes ${known.join(', ')}`,
      )
    if (!isNothing(place)) found.set(name, place)
  }
  const optional = <T>(name: string, read: (at: Place) => T) => {
    const place = found.get(name)
    return place === undefined ? undefined : read(place)
  }
  return {
    optional,
    required(name, read) {
      const place = found.get(name)
      if (place === undefined) throw refusal(at, `missing ${name} in ${nameOf(at)}`)
      return read(place)
    },
  }
}

/** With what `<<` brings in: a key of the mapping's own goes before it. */
function pairsOf(at: Place): readonly Pair[] {
  const map = resolved(at)
  if (!isMap(map)) throw refusal(at, `${nameOf(at)} must be a mapping`)
  const isMerge = ({ key }: Pair) => isScalar(key) && key.value === '<<' && key.type === 'PLAIN'
  const pairs = map.items.filter(isPair)
  const merged = pairs.filter(isMerge).flatMap(({ value: node }) => {
    const from = resolved({ ...at, node })
    const nodes: readonly unknown[] = isSeq(from) ? from.items : [from]
    return nodes.flatMap((one) => pairsOf({ ...at, node: one }))
  })
  const own = pairs.filter((pair) => !isMerge(pair))
  const names = new Set(own.map(({ key }) => String(key)))
  for (const pair of merged) {
    if (names.has(String(pair.key))) continue
    names.add(String(pair.key))
    own.push(pair)
  }
  return own
}

export function list<T>(read: (at: Place) => T): (at: Place) => readonly T[] {
  return (at) => {
    const items = resolved(at)
    if (!isSeq(items)) throw refusal(at, `${nameOf(at)} must be a list`)
    return items.items.map((node, i) => read({ ...at, node, path: `${at.path}[${i}]` }))
  }
}

/** Whether a mapping has a key. */
export function holds(at: Place, name: string): boolean {
  const map = resolved(at)
  return isMap(map) && map.has(name)
}

/** A mapping of any names, in the file's order. */
export function mapping<T>(read: (at: Place) => T): (at: Place) => ReadonlyMap<string, T> {
  return (at) => {
    return new Map(
      pairsOf(at).map(({ key, value }) => {
        const name = isScalar(key) ? String(key.value) : String(key)
        return [name, read({ ...at, node: value, path: `${at.path}.${name}` })] as const
      }),
    )
  }
}

/** Hands a text to what parses it; why it cannot is said with the place. */
export function parsed<T>(parse: (given: string) => T): (at: Place) => T {
  return (at) => explained(at, () => parse(text(at)))
}

/** Says where it was that something was no text of its grammar. */
export function explained<T>(at: Place, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal(at, error.message)
    throw error
  }
}

/** A mapping of any names to text, in the file's order. */
export const textMap = mapping(text)

export function text(at: Place): string {
  const scalar = resolved(at)
  if (!isScalar(scalar)) throw refusal(at, `${nameOf(at)} must be text`)
  if (scalar.value === null) return ''
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? String(scalar.value))
}

export function truth(at: Place): boolean {
  const scalar = resolved(at)
  const given = isScalar(scalar) && scalar.type === 'PLAIN' ? String(scalar.source) : ''
  if (truths.test(given)) return true
  if (falsehoods.test(given)) return false
  throw refusal(at, `${nameOf(at)} must be true or false`)
}

// As YAML 1.1 has them, which is what upstream reads.
const truths = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/
const falsehoods = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/

export function wholeNumber(at: Place): number {
  const scalar = resolved(at)
  const given = isScalar(scalar) && scalar.type === 'PLAIN' ? text(at).replaceAll('_', '') : ''
  // A zero in front says octal, as in YAML 1.1.
  const value = /^0[0-7]+$/.test(given) ? Number.parseInt(given, 8) : Number(given || Number.NaN)
  if (!Number.isSafeInteger(value) || value < 0)
    throw refusal(at, `${nameOf(at)} must be a whole number of at least 0`)
  return value
}

export function durationMs(at: Place): number {
  const given = text(at)
  const ms = parseDurationMs(given)
  if (ms === undefined) throw refusal(at, `not a valid duration string: "${given}" in ${at.path}`)
  return ms
}

export function webUrl(at: Place): string {
  const given = text(at)
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.host === '')
    throw refusal(at, `unsupported URL in ${at.path}: an http or https address is needed`)
  return given
}

/** The source with the values at `secrets` replaced. */
export function masked(original: string, secrets: readonly Place[]): string {
  const spans = secrets.flatMap(({ node }) =>
    isScalar(node) && node.range ? [{ range: node.range, mask: maskOf(node.value) }] : [],
  )
  // What an alias repeats stands in the file once.
  const once = new Map(spans.map((span) => [span.range[0], span]))
  const lastFirst = [...once.values()].sort((a, b) => b.range[0] - a.range[0])
  return lastFirst.reduce(
    (shown, { range: [start, end], mask }) => `${shown.slice(0, start)}${mask}${shown.slice(end)}`,
    original,
  )
}

/** An address stays one: amtool reads what is shown, and 0.25 takes no other URL. */
const maskOf = (value: unknown) => `${/^https?:\/\//.exec(String(value))?.[0] ?? ''}<secret>`

const nameOf = (at: Place) => (at.path === '' ? 'the file' : at.path)

/** Whether a key is there and has no value. */
export function isNothing(at: Place): boolean {
  const node = resolved(at)
  return node === null || node === undefined || (isScalar(node) && node.value === null)
}

function resolved({ node, source }: Place): unknown {
  return node instanceof Alias ? node.resolve(source.document) : node
}

function lineOf(node: unknown, lines: LineCounter): number {
  const range =
    typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
      ? (node.range as number[]) // The parser's range is [start, end, end of node].
      : undefined
  return lines.linePos(range?.[0] ?? 0).line
}
