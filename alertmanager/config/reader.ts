/** Reads a YAML file strictly: every refusal names the file, the line and the path of the key. */
import { Alias, type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { fault } from '#api/errors'
import { parseDurationMs } from '#lib/duration'
import { messageOf, type ZstoneError } from '#lib/errors'

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

export function openYaml(text: string, file: string): Place {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = document.errors[0]
  if (broken !== undefined) {
    const reason = messageOf(broken).split('\n')[0]
    const { line } = lines.linePos(broken.pos[0])
    throw fault('ALERT_CONFIG_INVALID', { file, line, reason })
  }
  return { path: '', node: document.contents, source: { file, document, lines } }
}

export function refusal(at: Place, reason: string): ZstoneError {
  const { file, lines } = at.source
  return fault('ALERT_CONFIG_INVALID', { file, line: lineOf(at.node, lines), reason })
}

/** `known` keys are read; `later` ones are upstream's that we do not act on: they are refused. */
export function fields(
  at: Place,
  { known, later = [] }: { known: readonly string[]; later?: readonly string[] },
): Fields {
  const map = resolved(at)
  if (!isMap(map)) throw refusal(at, `${nameOf(at)} must be a mapping`)
  const found = new Map<string, Place>()
  for (const { key, value } of map.items) {
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

export function list<T>(read: (at: Place) => T): (at: Place) => readonly T[] {
  return (at) => {
    const items = resolved(at)
    if (!isSeq(items)) throw refusal(at, `${nameOf(at)} must be a list`)
    return items.items.map((node, i) => read({ ...at, node, path: `${at.path}[${i}]` }))
  }
}

/** A mapping of any names, in the file's order. */
export function mapping<T>(read: (at: Place) => T): (at: Place) => ReadonlyMap<string, T> {
  return (at) => {
    const map = resolved(at)
    if (!isMap(map)) throw refusal(at, `${nameOf(at)} must be a mapping`)
    return new Map(
      map.items.map(({ key, value }) => {
        const name = isScalar(key) ? String(key.value) : String(key)
        return [name, read({ ...at, node: value, path: `${at.path}.${name}` })] as const
      }),
    )
  }
}

/** A mapping of any names to text, in the file's order. */
export const textMap = mapping(text)

export function text(at: Place): string {
  const scalar = resolved(at)
  if (!isScalar(scalar)) throw refusal(at, `${nameOf(at)} must be text`)
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? String(scalar.value))
}

/** Text that must stand as it is: a Go template in it would be sent as its source. */
export function plainText(at: Place): string {
  const value = text(at)
  if (value.includes('{{')) throw refusal(at, `a template in ${at.path} is not supported yet`)
  return value
}

export function truth(at: Place): boolean {
  const scalar = resolved(at)
  if (!isScalar(scalar) || typeof scalar.value !== 'boolean')
    throw refusal(at, `${nameOf(at)} must be true or false`)
  return scalar.value
}

export function wholeNumber(at: Place): number {
  const value = Number(text(at))
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
  const spans = secrets
    .map(({ node }) => (isScalar(node) ? node.range : undefined))
    .filter((range) => range !== null && range !== undefined)
  // What an alias repeats stands in the file once.
  const once = new Map(spans.map((range) => [range[0], range]))
  const lastFirst = [...once.values()].sort((a, b) => b[0] - a[0])
  return lastFirst.reduce(
    (shown, [start, end]) => `${shown.slice(0, start)}<secret>${shown.slice(end)}`,
    original,
  )
}

const nameOf = (at: Place) => (at.path === '' ? 'the file' : at.path)

function isNothing(at: Place): boolean {
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
