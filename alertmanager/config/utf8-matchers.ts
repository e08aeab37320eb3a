/** The UTF-8 grammar: names and values bare or in quotes, braces optional but in pairs. */
import { decodeStrictly, unquoteGo } from '#lib/go-text'
import type { MatchOperator } from '#lib/matcher'
import { type Token, type TokenKind, tokensOf } from './matcher-tokens.ts'

export type Triple = readonly [name: string, operator: MatchOperator, value: string]

/** Throws a SyntaxError in the words of upstream's parser. */
export function parseUtf8(text: string): readonly Triple[] {
  const reader = createReader(text)
  const triples: Triple[] = []
  const first = reader.peek('')
  const isBraced = first?.kind === '{'
  if (isBraced) reader.take()
  const second = reader.peek('')
  if (second === undefined || second.kind === '}') return closed(reader, isBraced, triples)
  do triples.push(readTriple(reader))
  while (goesOn(reader))
  return closed(reader, isBraced, triples)
}

interface Reader {
  /** Undefined at the end. Where the text is not of the grammar: throws, with what was wanted. */
  peek(wanted: string): Token | undefined
  take(): void
  expect(kinds: readonly TokenKind[], wanted: string): Token
  /** Where the last token that was taken ends. */
  column(): number
}

function createReader(text: string): Reader {
  const { tokens, error } = tokensOf(text)
  let at = 0
  const reader: Reader = {
    peek(wanted) {
      const found = tokens[at]
      if (found === undefined && error !== undefined)
        throw new SyntaxError(wanted === '' ? error : `${error}: ${wanted}`)
      return found
    },
    take: () => void at++,
    expect(kinds, wanted) {
      const found = reader.peek(wanted)
      if (found === undefined) throw new SyntaxError(`end of input: ${wanted}`)
      if (!kinds.includes(found.kind)) throw unexpected(found, wanted)
      reader.take()
      return found
    },
    column: () => tokens[at - 1]?.endColumn ?? 0,
  }
  return reader
}

const unexpected = ({ startColumn, endColumn, text }: Token, wanted: string) =>
  new SyntaxError(`${startColumn}:${endColumn}: unexpected ${text}: ${wanted}`)

const words = ['quoted', 'unquoted'] as const

function readTriple(reader: Reader): Triple {
  const name = wordOf(reader.expect(words, 'expected label name'))
  const operator = reader.expect(
    ['operator'],
    "expected an operator such as '=', '!=', '=~' or '!~'",
  )
  const value = wordOf(reader.expect(words, 'expected label value'))
  // The kind says that it is one of the four.
  return [name, operator.text as MatchOperator, value]
}

function wordOf({ kind, text, startColumn, endColumn }: Token): string {
  const word = kind === 'quoted' ? unquoted(text) : text
  if (word === undefined)
    throw new SyntaxError(`${startColumn}:${endColumn}: ${text}: invalid input`)
  return word
}

const unquoted = (text: string) =>
  text.includes('\n') || !text.isWellFormed() ? undefined : unquoteGo(text, decodeStrictly)

/** Whether another matcher follows; takes the comma before it. */
function goesOn(reader: Reader): boolean {
  const after = reader.peek('expected a comma or close brace')
  if (after === undefined || after.kind === '}') return false
  if (after.kind !== ',') throw unexpected(after, 'expected a comma or close brace')
  reader.take()
  const wanted = 'expected a matcher or close brace after comma'
  const second = reader.peek(wanted)
  if (second === undefined || second.kind === '}') return false
  if (second.kind !== 'quoted' && second.kind !== 'unquoted') throw unexpected(second, wanted)
  return true
}

function closed(reader: Reader, isBraced: boolean, triples: readonly Triple[]) {
  const brace = reader.peek('expected close brace')
  if (brace?.kind === '}') {
    reader.take()
    if (!isBraced) throw new SyntaxError(`0:${reader.column()}: }: expected opening brace`)
  } else if (isBraced) {
    throw new SyntaxError(`0:${reader.column()}: end of input: expected close brace`)
  }
  const rest = reader.peek('expected end of input')
  if (rest === undefined) return triples
  const { startColumn, endColumn, text } = rest
  throw new SyntaxError(`${startColumn}:${endColumn}: ${text}: expected end of input`)
}
