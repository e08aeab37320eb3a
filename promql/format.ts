/** Expression tree to PromQL text; `parse` gives the same tree back. */
import { formatDuration } from '#lib/duration'
import { quoteGo } from '#lib/go-text'
import type {
  Aggregation,
  Binary,
  Expression,
  Extension,
  Grouping,
  Matching,
  TimeShift,
  VectorSelector,
} from './expression.ts'
import { nameLabel } from './label-set.ts'
import { formatFloat } from './literals.ts'

export function format(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return formatFloat(expression.value).replace(/^\+/, '') // A sign would bind weaker than `^`.
    case 'string':
      return quoteGo(expression.value)
    case 'selector':
      return `${formatSelector(expression)}${formatShift(expression)}`
    case 'range': {
      const { selector, rangeMs } = expression
      return `${formatSelector(selector)}[${formatRange(rangeMs)}]${formatShift(selector)}`
    }
    case 'subquery': {
      const { rangeMs, stepMs } = expression
      const step = stepMs === undefined ? '' : formatDuration(stepMs)
      const steps = `[${formatRange(rangeMs)}:${step}]`
      return `${format(expression.expression)}${steps}${formatShift(expression)}`
    }
    case 'paren':
      return `(${format(expression.inner)})`
    case 'unary':
      return `${expression.operator}${format(expression.operand)}`
    case 'binary':
      return formatBinary(expression)
    case 'aggregation':
      return formatAggregation(expression)
    case 'call':
      return `${expression.function}(${expression.args.map(format).join(', ')})`
  }
}

/** Of what is less than half a millisecond nothing is left to write: any such range is the same. */
const formatRange = (ms: number) => (ms === 0 ? '0.0001' : formatDuration(ms))

function formatSelector({ name = '', matchers }: VectorSelector): string {
  const isPlain = /^[a-zA-Z_:][\w:]*$/.test(name)
  const inBraces = name === '' ? matchers : matchers.filter(({ name: of }) => of !== nameLabel)
  const texts = [
    ...(name === '' || isPlain ? [] : [quoteGo(name)]),
    ...inBraces.map((one) => formatLabel(one.name) + one.operator + quoteGo(one.value)),
  ]
  const before = isPlain ? name : ''
  return texts.length === 0 ? before : `${before}{${texts.join(',')}}`
}

/** In quotes where it does not stand without. */
const formatLabel = (name: string) => (/^[a-zA-Z_]\w*$/.test(name) ? name : quoteGo(name))
const formatLabels = (names: readonly string[]) => names.map(formatLabel).join(', ')

function formatShift(shifted: TimeShift & { readonly extension?: Extension }): string {
  const { offsetMs, pinned, extension } = shifted
  const at = typeof pinned === 'number' ? (pinned / 1000).toFixed(3) : `${pinned}()`
  const extended = extension === undefined ? '' : ` ${extension}`
  const pin = extended + (pinned === undefined ? '' : ` @ ${at}`)
  if (offsetMs === 0) return pin
  return `${pin} offset ${offsetMs < 0 ? '-' : ''}${formatDuration(Math.abs(offsetMs))}`
}

function formatBinary({ operator, bool, matching, left, right }: Binary): string {
  const clauses = [operator, bool ? 'bool' : '', formatMatching(matching)].filter(Boolean)
  return `${format(left)} ${clauses.join(' ')} ${format(right)}`
}

function formatMatching(matching: Matching): string {
  const { mode, labels, many, include } = matching
  const isPlain = mode === 'ignoring' && labels.length === 0 && many === 'none'
  const clauses = [
    isPlain ? '' : `${mode} (${formatLabels(labels)})`,
    many === 'none' ? '' : `group_${many} (${formatLabels(include)})`,
    formatFill(matching),
  ]
  return clauses.filter(Boolean).join(' ')
}

function formatFill({ fillOne, fillMany }: Matching): string {
  const shown = (value: number) => formatFloat(value).replace(/^\+/, '')
  if (fillOne !== undefined && Object.is(fillOne, fillMany)) return `fill (${shown(fillOne)})`
  const left = fillMany === undefined ? [] : [`fill_left (${shown(fillMany)})`]
  return [...left, ...(fillOne === undefined ? [] : [`fill_right (${shown(fillOne)})`])].join(' ')
}

function formatAggregation({ operator, grouping, parameter, operand }: Aggregation): string {
  const args = parameter === undefined ? [operand] : [parameter, operand]
  return `${operator}${formatGrouping(grouping)}(${args.map(format).join(', ')})`
}

function formatGrouping({ mode, labels }: Grouping): string {
  return mode === 'by' && labels.length === 0 ? '' : ` ${mode} (${formatLabels(labels)}) `
}
