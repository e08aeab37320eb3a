/** Runs a script of Prometheus's promqltest format, and says of each case how it went. */
import { type Dialect, prometheus3 } from '../dialect.ts'
import { faultOf } from './judge.ts'
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
      case 'case': {
        const { line, query } = command
        outcomes.push({ line, query, ...verdictOf(recorded, command, dialect) })
      }
    }
  }
  return outcomes
}

function verdictOf(
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
