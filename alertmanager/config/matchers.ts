/**
 * Matchers as text: `severity="critical"`, `{a="b", "c d"=~"e.*"}`. Two grammars, three modes: the
 * UTF-8 one, the classic one, or both (fallback). There, text that only one of them reads is read
 * by that one; where both read it and differ, classic wins. Both cases leave a remark.
 */
import { escapeValue } from '#lib/labels'
import { createMatcher, type Matcher } from '#lib/matcher'
import { parseClassic, parseClassicOne } from './classic-matchers.ts'
import { goSpace } from './go-space.ts'
import { parseUtf8, type Triple } from './utf8-matchers.ts'

export type MatcherMode = 'fallback' | 'classic' | 'utf8'

export interface ReadMatchers {
  readonly matchers: readonly Matcher[]
  /** Where the text is not read alike by both grammars. */
  readonly remark?: { readonly what: string; readonly remedy: string }
}

/** What `--enable-feature` says of the grammar. Throws where it says two things. */
export function matcherModeOf(features: readonly string[]): MatcherMode {
  const isClassic = features.includes('classic-mode')
  const isStrict = features.includes('utf8-strict-mode')
  if (isClassic && isStrict) throw new Error('cannot have both classic and UTF-8 modes enabled')
  if (isClassic) return 'classic'
  return isStrict ? 'utf8' : 'fallback'
}

/** Throws a SyntaxError in upstream's words; in fallback mode the classic grammar's. */
export function readMatchers(text: string, mode: MatcherMode): ReadMatchers {
  if (mode === 'classic') return { matchers: created(parseClassic(text)) }
  if (mode === 'utf8') return { matchers: createdByUtf8(parseUtf8(text)) }
  return agreed(
    text,
    attempt(() => parseUtf8(text)),
    attempt(() => parseClassic(text)),
  )
}

/** One matcher, without braces: a filter of the API or an argument of amtool. */
export function readMatcher(text: string, mode: MatcherMode): ReadMatchers {
  if (mode === 'classic') return { matchers: created([parseClassicOne(text)]) }
  if (text.startsWith('{') || text.endsWith('}'))
    throw new SyntaxError(`unexpected open or close brace: ${text}`)
  const utf8 = () => oneOf(parseUtf8(text))
  if (mode === 'utf8') return { matchers: createdByUtf8(utf8()) }
  return agreed(
    text,
    attempt(utf8),
    attempt(() => [parseClassicOne(text)]),
  )
}

/** In fallback mode. */
export const parseMatchers = (text: string): readonly Matcher[] =>
  readMatchers(text, 'fallback').matchers

export function isLabelName(name: string, mode: MatcherMode): boolean {
  return mode === 'classic' ? classicLabel.test(name) : name !== '' && name.isWellFormed()
}

/** A label's name has no colon; only a matcher's may. */
export const classicLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** `a="b"`; a name that has a letter with a meaning of its own is quoted too. */
export function formatMatcher({ name, operator, value }: Matcher): string {
  const shown = isBare.test(name) ? name : JSON.stringify(name)
  return `${shown}${operator}"${escapeValue(value)}"`
}

const isBare = new RegExp(`^[^${goSpace}{}!=~,\\\\"'\`]+$`, 'u')

/** `{a="b",c=~"d"}`, sorted by name, value and operator: a part of every group key. */
export function formatMatchers(matchers: readonly Matcher[]): string {
  return `{${[...matchers].sort(byName).map(formatMatcher).join(',')}}`
}

export function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  return formatMatchers(a) === formatMatchers(b)
}

function byName(a: Matcher, b: Matcher): number {
  const left = [a.name, a.value, a.operator]
  const right = [b.name, b.value, b.operator]
  const differs = left.findIndex((part, i) => part !== right[i])
  if (differs === -1) return 0
  return (left[differs] ?? '') < (right[differs] ?? '') ? -1 : 1
}

const created = (triples: readonly Triple[]) =>
  triples.map(([name, operator, value]) => createMatcher(name, operator, value))

/** That parser says where an error comes from. */
function createdByUtf8(triples: readonly Triple[]): readonly Matcher[] {
  try {
    return created(triples)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new SyntaxError(`failed to create matcher: ${cause.message}`, { cause })
  }
}

function oneOf(triples: readonly Triple[]): readonly Triple[] {
  if (triples.length === 1) return triples
  throw new SyntaxError(
    triples.length === 0 ? 'no matchers' : `expected 1 matcher, found ${triples.length}`,
  )
}

type Attempt = { readonly triples: readonly Triple[] } | { readonly error: SyntaxError }

function attempt(parse: () => readonly Triple[]): Attempt {
  try {
    return { triples: parse() }
  } catch (error) {
    if (error instanceof SyntaxError) return { error }
    throw error
  }
}

function agreed(text: string, utf8: Attempt, classic: Attempt): ReadMatchers {
  if ('triples' in utf8 && 'triples' in classic && sameList(utf8.triples, classic.triples))
    return { matchers: created(utf8.triples) }
  return preferred(text, compiled(utf8), compiled(classic))
}

type Compiled = { readonly matchers: readonly Matcher[] } | { readonly error: SyntaxError }

/** A regex that does not compile is no reading either. */
function compiled(read: Attempt): Compiled {
  if ('error' in read) return read
  try {
    return { matchers: created(read.triples) }
  } catch (error) {
    if (error instanceof SyntaxError) return { error }
    throw error
  }
}

function preferred(text: string, utf8: Compiled, classic: Compiled): ReadMatchers {
  if ('error' in classic) {
    if ('error' in utf8) throw classic.error
    return utf8
  }
  const remedy = `write ${classic.matchers.map(formatMatcher).join(',')}`
  const what =
    'error' in utf8
      ? `is of the classic grammar only (${utf8.error.message})`
      : 'is read differently by the two grammars, and the classic reading holds'
  return { ...classic, remark: { what: `${text} ${what}`, remedy } }
}

/** In the order in which they stand, as upstream compares them. */
const sameList = (a: readonly Triple[], b: readonly Triple[]) =>
  a.length === b.length && a.every((triple, i) => triple.every((part, j) => part === b[i]?.[j]))
