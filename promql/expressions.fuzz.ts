/**
 * Any text at all: it is refused with a place, or answered within its bounds, and what is written
 * from its tree reads as the same tree. Where Debian's Prometheus is at hand, it refuses the same.
 * `npm run sim promql -- --seed=1 --count=1000000`
 */
import { strict as assert } from 'node:assert'
import { systemClock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { hasPrometheus, openPrometheus, type PrometheusServer } from '#test/prometheus'
import { chanceText } from './chance-text.conformance.ts'
import { type Dialect, prometheus2, prometheus3 } from './dialect.ts'
import type { Expression } from './expression.ts'
import { format } from './format.ts'
import { parse } from './parse.ts'
import { endMs, fill, openMetricsOf, peerSamples, startMs } from './peer-samples.conformance.ts'
import { runInstant, runRange } from './run.ts'
import { createSamples } from './store/samples.ts'

export interface FuzzRun {
  readonly seed: number
  /** How many texts. */
  readonly count?: number | undefined
  readonly say: (text: string) => void
  /** Whether a Prometheus is asked too. */
  readonly withPeer?: boolean
}

/** The peer is asked over HTTP, which takes longer than all else: of so many texts one. */
const peerEvery = 20
const slowMs = 3000

export async function fuzz({ seed, count = 1_000_000, say, withPeer = hasPrometheus() }: FuzzRun) {
  const random = seededRandom(seed)
  const samples = peerSamples(seed).filter((_, i) => i % 4 === 0)
  const peer = withPeer ? await openPrometheus(openMetricsOf(samples)) : undefined
  const answer = answering(samples)
  const tally = { texts: 0, answered: 0, asked: 0, slowestMs: 0 }
  const report = () =>
    say(
      `${tally.texts} texts, ${tally.answered} answered, ${tally.asked} beside Prometheus, ` +
        `slowest ${Math.round(tally.slowestMs)} ms`,
    )
  try {
    for (; tally.texts < count; tally.texts++) {
      const text = chanceText(random)
      for (const dialect of [prometheus2, prometheus3]) {
        const beginMs = systemClock.monotonicMs()
        if (answer(text, dialect)) tally.answered++
        const tookMs = systemClock.monotonicMs() - beginMs
        assert.ok(tookMs < slowMs, `${JSON.stringify(text)} took ${tookMs} ms`)
        tally.slowestMs = Math.max(tally.slowestMs, tookMs)
      }
      if (peer !== undefined && tally.texts % peerEvery === 0 && !isAmbiguous(text)) {
        await compare(peer, text)
        tally.asked++
      }
      if ((tally.texts + 1) % Math.ceil(count / 10) === 0) report()
    }
  } finally {
    await peer?.close()
  }
  return tally
}

/** Answers whether the text is an expression; throws where anything but a refusal comes of it. */
function answering(given: ReturnType<typeof peerSamples>) {
  const source = createSamples({ metrics: createMetrics(), retentionMs: 1e12, seriesMax: 100_000 })
  fill(source, given)
  return (text: string, dialect: Dialect): boolean => {
    const limits = { dialect, lookbackMs: 300_000, subqueryStepMs: 60_000, samplesMax: 200_000 }
    const expression = expected(text, () => parse(text, dialect))
    if (expression === undefined) return false
    const written = format(expression)
    const again = expected(written, () => parse(written, dialect))
    assert.ok(again, `${JSON.stringify(text)} is written as ${written}`)
    assert.equal(shapeOf(again), shapeOf(expression), `${JSON.stringify(text)} is written anew`)
    expected(text, () => runInstant(expression, { source, limits, atMs: endMs }))
    const range = { startMs: startMs + 600_000, endMs, stepMs: 1_000_000 }
    expected(text, () => runRange(expression, { source, limits, ...range }))
    return true
  }
}

function expected<T>(text: string, run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    assert.ok(error instanceof ZstoneError, `${JSON.stringify(text)} fails: ${messageOf(error)}`)
    return undefined
  }
}

function shapeOf(expression: Expression): string {
  return JSON.stringify(expression, (name, value) => {
    if (name === 'span') return undefined
    if (typeof value !== 'number') return value
    return Object.is(value, -0) ? '-0' : String(value)
  })
}

/** Ours takes the word for the modifier, whatever stands before the remark. */
const isAmbiguous = (text: string) => /#[^\n]*\n\s*offset\b/i.test(text)

/** Both read the text, or both refuse it; what becomes of it is for the tests beside the peer. */
async function compare({ url }: PrometheusServer, text: string): Promise<void> {
  const body = new URLSearchParams({ query: text, time: String(endMs / 1000) })
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body })
  const { error = '' } = (await response.json()) as { error?: string } // As Prometheus answers.
  const isRead = !error.startsWith('invalid parameter "query"')
  const ours = expected(text, () => parse(text, prometheus2)) !== undefined
  assert.equal(ours, isRead, `${JSON.stringify(text)}: Prometheus says ${error || 'it is right'}`)
}
