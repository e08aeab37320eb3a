/**
 * Asks what a case asks, as Prometheus's own runner does: of one time in every way that there is,
 * and each answer must be the expected one, with its annotations.
 */
import { messageOf, ZstoneError } from '#lib/errors'
import type { Annotation } from '../annotations.ts'
import type { Dialect } from '../dialect.ts'
import type { Expression } from '../expression.ts'
import { type Asking, parse } from '../parse.ts'
import type { QueryLimits } from '../query.ts'
import { type Curve, runInstant, runRange } from '../run.ts'
import type { SeriesSource } from '../source.ts'
import { scalarOf, type Value, vectorOf } from '../values.ts'
import { annotationFault, curvesFault, faultOfValue } from './compare.ts'
import type { Expectation } from './expectation.ts'
import { pinnedQuestions, type Question, seesTheRange } from './other-ways.ts'
import type { Case } from './script.ts'

/** What is wrong with the answers to a case; undefined: nothing. */
export function faultOf(source: SeriesSource, one: Case, dialect: Dialect): string | undefined {
  const { query, startMs, endMs, stepMs, expectation } = one
  const judged = { source, dialect, expectation }
  if (stepMs !== undefined) return faultOfRange(judged, query, { startMs, endMs, stepMs })
  const plainly = faultOfInstant(judged, { text: query, atMs: endMs })
  if (plainly !== undefined) return plainly
  for (const question of pinnedOf(query, endMs, dialect)) {
    const fault = faultOfInstant(judged, question)
    if (fault !== undefined) return `${fault}, asked as ${question.text} at ${question.atMs} ms`
  }
  return undefined
}

/** What cannot be read was found at fault when it was asked plainly, or was to be refused. */
function pinnedOf(query: string, atMs: number, dialect: Dialect): Question[] {
  try {
    return pinnedQuestions(parse(query, dialect), atMs)
  } catch {
    return []
  }
}

interface Judged {
  readonly source: SeriesSource
  readonly dialect: Dialect
  readonly expectation: Expectation
}

type Run<T> = (
  expression: Expression,
  asked: {
    readonly source: SeriesSource
    readonly limits: QueryLimits
    annotate(annotation: Annotation): void
  },
) => T

type Answer<T> = { readonly fault: string | undefined } | { readonly value: T }

/** What was asked for is given only where it is not already clear how the case went. */
function answered<T>(
  { source, dialect, expectation }: Judged,
  { text, asking }: { readonly text: string; readonly asking?: Asking },
  run: Run<T>,
): Answer<T> {
  const annotations: Annotation[] = []
  const annotate = (annotation: Annotation) => annotations.push(annotation)
  try {
    const asked = { source, limits: { ...limits, dialect }, annotate }
    const value = run(parse(text, dialect, asking), asked)
    if (expectation.failures.length > 0) return { fault: 'expected a failure' }
    const fault = annotationFault(expectation, annotations)
    return fault === undefined ? { value } : { fault }
  } catch (error) {
    return { fault: failureFault(expectation, error) }
  }
}

function failureFault({ failures }: Expectation, error: unknown): string | undefined {
  const message = messageOf(error)
  const [wanted] = failures
  if (wanted === undefined || message.includes('not supported')) return message
  if (!wanted.holdsFor(message)) return `expected the failure "${wanted.wanted}", got: ${message}`
  const isUnread = error instanceof ZstoneError && error.code === 'PROMQL_INVALID'
  return isUnread && !wanted.isGiven ? `the query cannot be read: ${message}` : undefined
}

function faultOfRange(judged: Judged, text: string, bounds: Bounds): string | undefined {
  const asking = { stepMs: bounds.stepMs, rangeMs: bounds.endMs - bounds.startMs }
  const answer = answered(judged, { text, asking }, (expression, asked) =>
    runRange(expression, { ...asked, ...bounds }),
  )
  return 'value' in answer ? curvesFault(judged.expectation, answer.value, bounds) : answer.fault
}

interface Bounds {
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

function faultOfInstant(judged: Judged, { text, atMs }: Question): string | undefined {
  const { expectation } = judged
  const answer = answered(judged, { text }, (expression, asked) =>
    runInstant(expression, { ...asked, atMs }),
  )
  if (!('value' in answer)) return answer.fault
  const fault = faultOfValue(expectation, answer.value)
  const isAlone = expectation.bounds !== undefined || expectation.text !== undefined
  if (fault !== undefined || isAlone || seesTheRange(text)) return fault
  const amid = faultAmidRange(judged, { text, atMs }, answer.value)
  return amid === undefined ? undefined : `in the middle of a range: ${amid}`
}

const minuteMs = 60_000

/** A range is ordered by labels, so of an answer in another order nothing more can be said. */
function faultAmidRange(
  judged: Judged,
  { text, atMs }: Question,
  { type }: Value,
): string | undefined {
  const bounds = { startMs: atMs - minuteMs, endMs: atMs + minuteMs, stepMs: minuteMs }
  const asking = { stepMs: minuteMs, rangeMs: 2 * minuteMs }
  const free = { ...judged, expectation: { ...judged.expectation, ...unnoted } }
  const answer = answered(free, { text, asking }, (expression, asked) =>
    runRange(expression, { ...asked, ...bounds }),
  )
  if (!('value' in answer)) return answer.fault
  if (judged.expectation.isOrdered) return undefined
  return faultOfValue(judged.expectation, valueAt(answer.value, atMs, type))
}

const unnoted: Partial<Expectation> = { warnings: [], infos: [], noWarning: false, noInfo: false }

function valueAt(curves: readonly Curve[], atMs: number, type: Value['type']): Value {
  const elements = curves.flatMap(({ labels, points }) =>
    points
      .filter(([ms]) => ms === atMs)
      .map(([, value]) => ({ labels, value, sampledAtMs: atMs, origin: undefined })),
  )
  return type === 'scalar' ? scalarOf(elements[0]?.value ?? Number.NaN) : vectorOf(elements)
}

const limits: Omit<QueryLimits, 'dialect'> = {
  lookbackMs: 300_000,
  subqueryStepMs: 60_000,
  samplesMax: 10_000_000,
}
