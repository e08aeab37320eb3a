/** PromQL text to expression tree: grammar by lezer, precedence, types and messages by us. */
import { parser } from '@prometheus-io/lezer-promql'
import { flatten } from './build.ts'
import { check } from './check.ts'
import { type Dialect, prometheus2 } from './dialect.ts'
import type { Expression, VectorSelector } from './expression.ts'
import { buildInfix, type Infix } from './infix.ts'
import { type Passage, passageOf } from './passages.ts'
import { refuseBrokenSyntax } from './refuse-syntax.ts'
import { type SourceText, syntaxError } from './syntax-error.ts'

/** Deep text takes stack to read; nobody writes a rule of this length. */
const lengthMax = 65_536

/** What is known of the query that asks: `step()` and `range()` in a duration. Absent: one time. */
export interface Asking {
  readonly stepMs: number
  readonly rangeMs: number
}

/** Throws PROMQL_INVALID, with line and column, where `source` is no PromQL of the dialect. */
export function parse(source: string, dialect: Dialect = prometheus2, asking?: Asking): Expression {
  if (source.length > lengthMax) throw syntaxError(source, 0, `longer than ${lengthMax} characters`)
  const text = { slice: (from: number, to?: number) => source.slice(from, to), ...asking }
  const expression = buildInfix(text, partsOf(passageOf(source), text, dialect))
  check(source, expression)
  return expression
}

function partsOf({ pieces, inner }: Passage, source: SourceText, dialect: Dialect): Infix[] {
  return pieces.flatMap(({ text, standIn }) => {
    const tree = parser.parse(readable(text, dialect))
    refuseBrokenSyntax(text, tree, dialect)
    const root = tree.topNode.getChild('Expr')
    if (root === null) throw syntaxError(text, 0, 'no expression found in input')
    return flatten(
      {
        ...source,
        partsAt(place) {
          if (place === standIn) return []
          const passage = inner.get(place)
          return passage === undefined ? undefined : partsOf(passage, source, dialect)
        },
      },
      root,
    )
  })
}

/** A series selector as `match[]` takes it. */
export function parseSelector(source: string, dialect?: Dialect): VectorSelector {
  const expression = parse(source, dialect)
  if (expression.kind === 'selector') return expression
  throw syntaxError(source, expression.span.from, 'expected a series selector')
}

/** Functions that the grammar lacks, each under the name of one as long that it knows. */
const standIns: Readonly<Record<string, string>> = {
  holt_winters: 'day_of_month',
  max_of: 'minute',
  min_of: 'minute',
}

/** A colon may stand in the name of a label, as in that of a metric. */
const labelList = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)/gi

/** Where only an operand can stand, `offset` is the name of a metric. */
const before = [
  String.raw`^|[-+*/%^(,=<>]|\bbool\b`,
  String.raw`[\w)\]}"'${'`'}]\s*\b(?:and|or|unless|atan2)\b`,
  String.raw`\b(?:on|ignoring|group_left|group_right)\s*\([^()]*\)`,
].join('|')
const offsetMetric = new RegExp(String.raw`(?<=(?:${before})\s*)offset\b`, 'gi')

/**
 * The text as the grammar can read it, with every character in its place: it lacks some functions,
 * numbers like `2.`, a metric that is called `offset`, and capitals in `STEP()`.
 */
function readable(source: string, { newerSyntax }: Dialect): string {
  const labelled = newerSyntax
    ? source.replace(labelList, (list) => list.replaceAll(':', '_'))
    : source
  return labelled
    .replace(/(?<=(?<![\w.:])\d+)\.(?![\d.])/g, '0')
    .replace(offsetMetric, 'metric')
    .replace(/\b(?:step|range)(?=\s*\()/gi, (name) => name.toLowerCase())
    .replace(/\b(?:holt_winters|max_of|min_of)(?=\s*\()/g, (name, at: number) =>
      isInDuration(source, at) ? name : (standIns[name] ?? name),
    )
}

/** Whether `at` stands in brackets, or right behind `offset`. */
function isInDuration(source: string, at: number): boolean {
  const before = source.slice(0, at)
  return before.lastIndexOf('[') > before.lastIndexOf(']') || /\boffset[-+\s(]*$/i.test(before)
}
