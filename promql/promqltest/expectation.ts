/** What a case expects: series, a number or a text, failure, order, annotations. */
import { RE2JS } from 're2js'
import { parseDurationMs } from '#lib/duration'
import { messageOf } from '#lib/errors'
import { type NotedSeries, readSeriesLine, signed, textOf } from './notation.ts'
import { scriptFault } from './script-fault.ts'

export interface Expectation {
  readonly series: readonly NotedSeries[]
  readonly scalar?: number
  readonly text?: string
  readonly isOrdered: boolean
  readonly failures: readonly Demand[]
  readonly warnings: readonly Demand[]
  readonly infos: readonly Demand[]
  readonly noWarning: boolean
  readonly noInfo: boolean
  /** The result is a range vector whose samples stand at these times. */
  readonly bounds?: Bounds
}

/** A sentence that a message must be or match. */
export interface Demand {
  readonly wanted: string
  /** Whether the script says which sentence. */
  readonly isGiven: boolean
  holdsFor(message: string): boolean
}

export interface Bounds {
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

/** `mode` is the ending of `eval_fail` and its siblings, of which all lines below may say more. */
export function readExpectations(mode: string | undefined, lines: readonly string[]): Expectation {
  const draft = { ...nothing, series: [], ...(mode === undefined ? {} : modes[mode]) }
  refuseContradictions(lines)
  const read = lines.reduce(withLine, draft)
  if (read.scalar !== undefined && read.series.length > 0)
    throw scriptFault('a number and series are expected of one case')
  return read
}

function refuseContradictions(lines: readonly string[]): void {
  const said = lines.flatMap((line) => /^expect\s+(\w+)/.exec(line)?.[1] ?? [])
  for (const what of ['info', 'warn'])
    if (said.includes(what) && said.includes(`no_${what}`))
      throw scriptFault(`expect ${what} and expect no_${what} are said of one case`)
  if (said.filter((what) => what === 'fail').length > 1)
    throw scriptFault('expect fail is said twice of one case')
}

const anything: Demand = { wanted: 'anything', isGiven: false, holdsFor: () => true }

/** What the ending of a command asks for, until a line says more. */
const some: Demand = { ...anything }
const saidOf = (demands: readonly Demand[]) => demands.filter((demand) => demand !== some)

const nothing: Expectation = {
  series: [],
  isOrdered: false,
  failures: [],
  warnings: [],
  infos: [],
  noWarning: false,
  noInfo: false,
}

const modes: Readonly<Record<string, Partial<Expectation>>> = {
  fail: { failures: [some] },
  warn: { warnings: [some] },
  info: { infos: [some] },
  ordered: { isOrdered: true },
}

function withLine(so: Expectation, line: string): Expectation {
  const failure = /^expected_fail_(message|regexp)\s+(.*)$/.exec(line)
  if (failure !== null) return { ...so, failures: [demandOf(failure[1] ?? '', failure[2] ?? '')] }
  if (/^expect\s/.test(line)) return { ...so, ...expected(so, line.replace(/^expect\s/, '')) }
  if (/^[-+]?(?:[\d.]|inf$|nan$)/i.test(line) && !/\s/.test(line))
    return { ...so, scalar: signed(line) }
  return { ...so, series: [...so.series, readSeriesLine(line)] }
}

function expected(so: Expectation, line: string): Partial<Expectation> {
  if (/^string\b/.test(line)) return { text: stringOf(line.replace(/^string ?/, '')) }
  if (line.startsWith('range vector')) return { bounds: boundsOf(line) }
  const [, what = '', how, text = ''] = /^\s*(\w+)(?:\s+(msg|regex):(.*))?$/.exec(line) ?? []
  const demand = how === undefined ? anything : demandOf(how, text.trim())
  switch (what) {
    case 'fail':
      return { failures: [demand] }
    case 'warn':
      return { warnings: [...saidOf(so.warnings), demand] }
    case 'info':
      return { infos: [...saidOf(so.infos), demand] }
    case 'no_warn':
      return { noWarning: true }
    case 'no_info':
      return { noInfo: true }
    case 'ordered':
      return { isOrdered: true }
    default:
      throw scriptFault(`expect ${line} says nothing known`)
  }
}

/** Files of earlier versions write the text without quotes. */
const stringOf = (text: string) => (/^(["'`]).*\1$/.test(text) ? textOf(text) : text)

function demandOf(how: string, text: string): Demand {
  if (how === 'msg' || how === 'message')
    return { wanted: text, isGiven: true, holdsFor: (message) => message === text }
  try {
    const pattern = RE2JS.compile(text)
    return { wanted: text, isGiven: true, holdsFor: (message) => pattern.matcher(message).find() }
  } catch (error) {
    throw scriptFault(`${text} is no regular expression: ${messageOf(error)}`)
  }
}

function boundsOf(line: string): Bounds {
  const found = /^range vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/.exec(line) ?? []
  const [startMs, endMs, stepMs] = found.slice(1).map(parseDurationMs)
  if (startMs === undefined || endMs === undefined || stepMs === undefined)
    throw scriptFault(`${line} has no bounds`)
  return { startMs, endMs, stepMs }
}
