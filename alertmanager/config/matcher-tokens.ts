/** Matchers of the UTF-8 grammar, cut into tokens. Columns count letters, as people do. */
import { goSpace } from './go-space.ts'

export type TokenKind = '{' | '}' | ',' | 'operator' | 'quoted' | 'unquoted'

export interface Token {
  readonly kind: TokenKind
  /** As it stands, with its quotes. */
  readonly text: string
  readonly startColumn: number
  readonly endColumn: number
}

/** What could be cut off before the text stops to be of the grammar. */
export interface Tokens {
  readonly tokens: readonly Token[]
  readonly error: string | undefined
}

const next = new RegExp(
  `[${goSpace}]*(?:([{},])|(=~|!~|!=|=)|("(?:[^"\\\\]|\\\\.)*")|([^${goSpace}{}!=~,\\\\"'\`]+))`,
  'suy',
)
const spaces = new RegExp(`[${goSpace}]*`, 'uy')

export function tokensOf(text: string): Tokens {
  const tokens: Token[] = []
  const columns = createColumns(text)
  next.lastIndex = 0
  for (let at = 0; at < text.length; at = next.lastIndex) {
    next.lastIndex = at
    const found = next.exec(text)
    if (found === null) return { tokens, error: errorAt(text, at, columns) }
    const [, mark, operator, quoted, unquoted] = found
    const own = mark ?? operator ?? quoted ?? unquoted ?? ''
    const start = next.lastIndex - own.length
    const kind = kindOf(mark, operator, quoted)
    const startColumn = columns(start)
    tokens.push({ kind, text: own, startColumn, endColumn: columns(next.lastIndex) })
  }
  return { tokens, error: undefined }
}

function kindOf(mark?: string, operator?: string, quoted?: string): TokenKind {
  if (mark !== undefined) return mark as '{' | '}' | ',' // The shape admits these three only.
  if (operator !== undefined) return 'operator'
  return quoted === undefined ? 'unquoted' : 'quoted'
}

/** Undefined: nothing but space is left. */
function errorAt(text: string, at: number, columns: (offset: number) => number) {
  spaces.lastIndex = at
  spaces.exec(text)
  const start = spaces.lastIndex
  const letter = text[start]
  if (letter === undefined) return undefined
  if (letter === '"') {
    const where = `${columns(start)}:${columns(text.length)}`
    return `${where}: ${text.slice(start)}: missing end "`
  }
  const where = `${columns(start)}:${columns(start + 1)}`
  if (letter !== '!') return `${where}: ${letter}: invalid input`
  return start + 1 === text.length
    ? `${where}: unexpected end of input, expected one of '=~'`
    : `${where}: !: expected one of '=~'`
}

/** The column of an offset; asked for rising offsets, it reads the text once. */
function createColumns(text: string): (offset: number) => number {
  let known = 0
  let column = 0
  return (offset) => {
    if (offset < known) return [...text.slice(0, offset)].length
    column += [...text.slice(known, offset)].length
    known = offset
    return column
  }
}
