/**
 * What is read at once. The grammar's runtime gives up where too much of a text is open at a time,
 * so long chains of operators and deep brackets are read on their own, and a number stands in.
 */
import { assert } from '#lib/assert'
import { syntaxError } from './syntax-error.ts'

/** The whole text, or what stands between two brackets or commas. */
export interface Passage {
  readonly pieces: readonly Piece[]
  /** What is read on its own, by the places of the numbers that stand in. */
  readonly inner: ReadonlyMap<number, Passage>
}

export interface Piece {
  /** Of the length of the source, with blanks for what is elsewhere. */
  readonly text: string
  /** Where a number stands for all that is before it; absent: it begins the passage. */
  readonly standIn?: number
}

/** What the grammar's runtime bears is 1.3 times as much, in the worst of chains. */
const pieceTokens = 400

/** Evaluation goes as deep as a chain is long: so far on a default stack. */
const depthMax = 2000

/** A bracket goes as deep as so many operators, and so many brackets are read at once. */
const bracketDepth = 4
const bracketsAtOnce = 50

const blank = (text: string) => text.replace(/[^\n]/g, ' ')
const quotedOrRemark = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*/g
const token = /(?:\d[\w.]*?e[-+]?\d+|[\d.]+\w*)|[a-zA-Z_:][\w:]*|[=!<>]=|\S/gi

const operators: ReadonlySet<string> = new Set([
  ...['+', '-', '*', '/', '%', '^', '==', '!=', '<', '>', '<=', '>=', 'atan2'],
  ...['and', 'or', 'unless'],
])

/** What stands between an operator and its right side. */
const clauses: ReadonlySet<string> = new Set([
  ...['bool', 'on', 'ignoring', 'group_left', 'group_right', 'fill', 'fill_left', 'fill_right'],
])

/** What waits for its operand: a sign that follows is none between two sides. */
const waiting: ReadonlySet<string> = new Set(['offset', '@', ...operators])

interface Open {
  readonly bracket: string
  /** Whether expressions stand in it; else matchers, or a duration. */
  readonly holdsExpressions: boolean
  /** Where its first token stands. */
  first: number | undefined
  readonly cuts: number[]
  readonly inner: Map<number, Passage>
  /** How deep its own chain goes, the signs before an operand, and the deepest within. */
  chain: number
  signs: number
  deepest: number
  tokensSinceCut: number
  isAfterOperand: boolean
  /** The last word was one of `clauses`, whose brackets hold labels. */
  isClause: boolean
}

const opened = (bracket: string, around?: Open): Open => ({
  bracket,
  holdsExpressions: bracket === '' || (bracket === '(' && around?.holdsExpressions === true),
  first: undefined,
  cuts: [],
  inner: new Map(),
  chain: 0,
  signs: 0,
  deepest: 0,
  tokensSinceCut: 0,
  isAfterOperand: false,
  isClause: false,
})

/** Throws PROMQL_INVALID where a text is too long or too deep to be evaluated. */
export function passageOf(source: string): Passage {
  const plain = source.replace(quotedOrRemark, (text) =>
    text[0] === '#' ? blank(text) : `x${blank(text.slice(1))}`,
  )
  const stack: Open[] = [{ ...opened(''), first: 0 }]
  for (const { 0: text, index } of plain.matchAll(token)) {
    const top = stack.at(-1)
    assert(top, 'the whole text is never closed')
    if (isClosing(top, text)) close(source, stack, index)
    else take(source, top, { word: text.toLowerCase(), index })
    if (text === ',' && top.bracket === '(') nextArgument(source, stack, index)
    if ('([{'.includes(text)) stack.push(opened(text, top))
    if (stack.length * bracketDepth > depthMax) throw tooDeep(source, index)
  }
  // What is never closed is read as it stands, and refused.
  const [whole] = stack
  return whole === undefined || stack.length > 1
    ? { pieces: [{ text: source }], inner: new Map() }
    : passage(source, whole, source.length)
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const isClosing = ({ bracket }: Open, text: string) => closers[bracket] === text

function take(source: string, open: Open, { word, index }: { word: string; index: number }): void {
  if (word === ',') return
  open.first ??= index
  const isOperator = open.holdsExpressions && operators.has(word)
  if (isOperator && open.isAfterOperand) {
    open.chain++
    if (open.tokensSinceCut > pieceTokens) cut(open, index)
  }
  open.signs = isOperator && !open.isAfterOperand ? open.signs + 1 : 0
  open.deepest = Math.max(open.deepest, open.signs)
  if (open.chain + open.deepest > depthMax) throw tooDeep(source, index)
  open.tokensSinceCut++
  open.isClause = clauses.has(word) || (open.isClause && word === '(')
  open.isAfterOperand = !(waiting.has(word) || clauses.has(word))
}

function cut(open: Open, at: number): void {
  open.cuts.push(at)
  open.tokensSinceCut = 0
}

const tooDeep = (source: string, at: number) =>
  syntaxError(source, at, `deeper than ${depthMax} operators, of which a bracket counts as four`)

/** What was opened last ends here. */
function close(source: string, stack: Open[], at: number): void {
  const closed = stack.pop()
  const around = stack.at(-1)
  if (closed === undefined || around === undefined) return
  settle(source, closed, { around, at, depth: stack.length })
  if (around.isClause) around.isAfterOperand = false
  around.isClause = false
}

function nextArgument(source: string, stack: Open[], at: number): void {
  const closed = stack.pop()
  const around = stack.at(-1)
  if (closed === undefined || around === undefined) return
  settle(source, closed, { around, at, depth: stack.length })
  stack.push(opened(closed.bracket, around))
}

interface Place {
  readonly around: Open
  readonly at: number
  readonly depth: number
}

/** Whether it is read on its own, or with what is around it. */
function settle(source: string, closed: Open, { around, at, depth }: Place): void {
  const { first, cuts, inner, holdsExpressions } = closed
  around.deepest = Math.max(around.deepest, closed.chain + closed.deepest + bracketDepth)
  if (around.chain + around.deepest > depthMax) throw tooDeep(source, at)
  const isApart = cuts.length > 0 || depth % bracketsAtOnce === 0
  if (isApart && holdsExpressions && first !== undefined)
    around.inner.set(first, passage(source, closed, at))
  else for (const [place, found] of inner) around.inner.set(place, found)
}

/** The bounds of each stand-in are those of the text that it stands for. */
const ends = new WeakMap<Passage, number>()

function passage(source: string, { first = 0, cuts, inner }: Open, to: number): Passage {
  const text = [...inner].reduce((all, [place, found]) => {
    const end = ends.get(found) ?? place + 1
    return `${all.slice(0, place)}0${blank(all.slice(place + 1, end))}${all.slice(end)}`
  }, source)
  const bounds = [first, ...cuts]
  const pieces = bounds.map((from, i): Piece => {
    const before = blank(text.slice(0, from))
    const own = text.slice(from, bounds[i + 1] ?? to)
    if (i === 0) return { text: before + own }
    const standIn = from - 2
    return { text: `${before.slice(0, standIn)}0 ${own}`, standIn }
  })
  const made = { pieces, inner }
  ends.set(made, to)
  return made
}
