/** What stands between `{{` and `}}`: operands, calls and pipes, their kinds known beforehand. */
import type { Labels } from '#lib/labels'
import type { GoValue } from './go-format.ts'
import { checkFormat } from './printf.ts'
import { type Kind, type TemplateFunction, templateFunctions } from './template-functions.ts'

/** What a template may show. */
export interface TemplateScope {
  /** Of the vector element, before the rule adds its own. */
  readonly labels: Labels
  readonly externalLabels: Labels
  readonly value: number
}

export interface Expression {
  readonly kind: Kind
  /** The text itself where it is known beforehand. */
  readonly constant?: string
  readonly run: (scope: TemplateScope) => GoValue
}

export function parseAction(body: string): Expression {
  const tokens = tokensOf(body)
  const found = parsePipe(tokens)
  if (tokens.length > 0) throw new Error(`"${tokens[0]}" is not expected in {{ ${body} }}`)
  return found
}

const token = new RegExp(
  [
    /"(?:[^"\\\n]|\\.)*"|`[^`]*`/, // quoted text
    /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/, // a number
    /\$?[A-Za-z_.][\w.]*|\$/, // a variable, a field or a function
    /:=|[|()=,]/,
  ]
    .map(({ source }) => `\\s*(?:${source})`)
    .join('|'),
  'y',
)

function tokensOf(body: string): string[] {
  const tokens: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < body.trimEnd().length) {
    const at = token.lastIndex
    const found = token.exec(body)
    if (found === null) throw new Error(`"${body.slice(at).trim()}" is no part of a template`)
    tokens.push(found[0].trim())
  }
  return tokens
}

/** `a | f | g x`: each result becomes the last argument of the next call. */
function parsePipe(tokens: string[]): Expression {
  let piped = parseCommand(tokens, undefined)
  while (tokens[0] === '|') {
    tokens.shift()
    piped = parseCommand(tokens, piped)
  }
  return piped
}

function parseCommand(tokens: string[], piped: Expression | undefined): Expression {
  const name = tokens[0] ?? ''
  if (!/^[A-Za-z]/.test(name) || name === 'nil' || name === 'true' || name === 'false') {
    const operand = parseOperand(tokens)
    if (piped !== undefined) throw new Error(`"${name}" takes no pipe; pipe into a function`)
    return operand
  }
  tokens.shift()
  const known = templateFunctions.get(name)
  if (known === undefined)
    throw new Error(`"${name}" is not built; there are ${[...templateFunctions.keys()].join(', ')}`)
  const values: Expression[] = []
  while (tokens.length > 0 && tokens[0] !== '|' && tokens[0] !== ')')
    values.push(parseOperand(tokens))
  return call(name, known, piped === undefined ? values : [...values, piped])
}

function call(
  name: string,
  { takes, takesMore = false, run }: TemplateFunction,
  values: readonly Expression[],
): Expression {
  if (takesMore ? values.length === 0 : values.length !== takes.length)
    throw new Error(`${name} takes ${takesMore ? 'a format' : 'one value'}, found ${values.length}`)
  for (const [i, { kind }] of values.entries())
    if (!(takes[i] ?? takes.at(-1) ?? []).includes(kind))
      throw new Error(`${name} takes ${takes[i]?.join(' or ')}, found a ${kind}`)
  if (name === 'printf') refuseFormat(values[0])
  return {
    kind: 'string',
    run: (scope) => ({ kind: 'string', text: run(...values.map((value) => value.run(scope))) }),
  }
}

function refuseFormat(format: Expression | undefined): void {
  if (format?.constant === undefined) throw new Error('printf takes a quoted format first')
  const reason = checkFormat(format.constant)
  if (reason !== undefined) throw new Error(reason)
}

function parseOperand(tokens: string[]): Expression {
  const next = tokens.shift()
  if (next === undefined) throw new Error('a value is missing in {{ }}')
  if (next === '(') return parseParenthesis(tokens)
  if (/^["`]/.test(next)) return constant(unquoted(next))
  if (/^[-+.]?\d/.test(next)) return number(next)
  const value = variable(next)
  if (value === undefined)
    throw new Error(
      `"${next}" is not built; there are $value, $labels.<name> and $externalLabels.<name>`,
    )
  return value
}

function parseParenthesis(tokens: string[]): Expression {
  const inner = parsePipe(tokens)
  if (tokens.shift() !== ')') throw new Error('a ")" is missing')
  return inner
}

function variable(name: string): Expression | undefined {
  if (name === '$value' || name === '.Value' || name === '$.Value')
    return { kind: 'float64', run: ({ value }) => ({ kind: 'float64', number: value }) }
  const [, set = '', label = ''] =
    /^(\$labels|\$externalLabels|\$?\.Labels|\$?\.ExternalLabels)\.(\w+)$/.exec(name) ?? []
  if (set === '') return undefined
  const isExternal = /external/i.test(set)
  return {
    kind: 'string',
    run: ({ labels, externalLabels }) => {
      const own = isExternal ? externalLabels : labels
      return { kind: 'string', text: Object.hasOwn(own, label) ? (own[label] ?? '') : '' }
    },
  }
}

const constant = (text: string): Expression => ({
  kind: 'string',
  constant: text,
  run: () => ({ kind: 'string', text }),
})

/** `5` is whole, `5.0` and `5e0` are not: Go's printf tells them apart. */
function number(source: string): Expression {
  const kind = /^[-+]?\d+$/.test(source) ? 'int' : 'float64'
  return { kind, run: () => ({ kind, number: Number(source) }) }
}

function unquoted(quoted: string): string {
  if (quoted.startsWith('`')) return quoted.slice(1, -1)
  return quoted
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g, (_, code: string) => {
      const plain = plainEscapes.get(code)
      if (plain !== undefined) return plain
      if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
      throw new Error(`"\\${code}" is no escape; write "\\\\${code}"`)
    })
}

const plainEscapes = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
])
