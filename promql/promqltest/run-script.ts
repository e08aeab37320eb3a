/** Runs a script of Prometheus's promqltest format, and says of each case how it went. */
import { messageOf } from '#lib/errors'
import type { Annotation } from '../annotations.ts'
import { type Dialect, prometheus3 } from '../dialect.ts'
import { parse } from '../parse.ts'
import type { QueryLimits } from '../query.ts'
import { runInstant, runRange } from '../run.ts'
import { annotationFault, curvesFault, faultOfValue } from './compare.ts'
import { load } from './load.ts'
import { createRecorded, type Recorded } from './recorded.ts'
import { type Case, readScript } from './script.ts'

export interface Outcome {
  readonly line: number
  readonly query: string
  readonly verdict: 'passed' | 'failed' | 'skipped'
  /** Of what did not pass. */
  readonly reason?: string
}

export function runScript(text: string, dialect: Dialect = prometheus3): Outcome[] {
  const recorded = createRecorded()
  const outcomes: Outcome[] = []
  for (const command of readScript(text)) {
    switch (command.kind) {
      case 'clear':
        recorded.clear()
        break
      case 'load':
        load(recorded, command)
        break
      case 'broken':
        outcomes.push({ ...command, query: '', verdict: 'failed' })
        break
      case 'case':
        outcomes.push({
          line: command.line,
          query: command.query,
          ...judge(recorded, command, dialect),
        })
    }
  }
  return outcomes
}

function judge(
  recorded: Recorded,
  one: Case,
  dialect: Dialect,
): Pick<Outcome, 'verdict' | 'reason'> {
  recorded.tookHistogram()
  const wantsHistogram = one.expectation.series.some(({ values }) => values.includes('histogram'))
  const reason = faultOf(recorded, one, dialect)
  const touched = recorded.tookHistogram() || wantsHistogram
  if (reason === undefined && !wantsHistogram) return { verdict: 'passed' }
  if (touched) return { verdict: 'skipped', reason: 'native histograms are not supported' }
  if (reason?.includes('not supported')) return { verdict: 'skipped', reason }
  return { verdict: 'failed', reason: reason ?? '' }
}

function faultOf(recorded: Recorded, one: Case, dialect: Dialect): string | undefined {
  const { expectation } = one
  const annotations: Annotation[] = []
  try {
    const fault = answerFault(recorded, one, { dialect, annotate: (a) => annotations.push(a) })
    if (expectation.failures.length > 0) return 'expected a failure'
    return fault ?? annotationFault(expectation, annotations)
  } catch (error) {
    const message = messageOf(error)
    const unmet = expectation.failures.find((demand) => !demand.holdsFor(message))
    if (unmet !== undefined) return `expected the failure "${unmet.wanted}", got: ${message}`
    return expectation.failures.length > 0 && !message.includes('not supported')
      ? undefined
      : message
  }
}

const limits: Omit<QueryLimits, 'dialect'> = {
  lookbackMs: 300_000,
  subqueryStepMs: 60_000,
  samplesMax: 10_000_000,
}

interface Asked {
  readonly dialect: Dialect
  annotate(annotation: Annotation): void
}

function answerFault(source: Recorded, one: Case, { dialect, annotate }: Asked) {
  const { query, startMs, endMs, stepMs, expectation } = one
  const asked = { source, limits: { ...limits, dialect }, annotate }
  const expression = parse(query, dialect, { stepMs: stepMs ?? 0, rangeMs: endMs - startMs })
  if (stepMs === undefined)
    return faultOfValue(expectation, runInstant(expression, { ...asked, atMs: endMs }))
  const bounds = { startMs, endMs, stepMs }
  return curvesFault(expectation, runRange(expression, { ...asked, ...bounds }), bounds)
}
