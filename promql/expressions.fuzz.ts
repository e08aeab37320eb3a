/**
 * Any text at all: it is refused with a place, or answered within its bounds, and what is written
 * from its tree reads as the same tree. The Prometheus servers at hand refuse the same, and answer
 * the same. `npm run sim promql -- --seed=1 --count=1000000`
 */
import { strict as assert } from 'node:assert'
import { systemClock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import { createMetrics } from '#lib/metrics'
import { type Random, seededRandom } from '#lib/random'
import { besidePeers, someTimesMs } from './beside-peers.conformance.ts'
import { chanceText } from './chance-text.conformance.ts'
import { type Dialect, prometheus2, prometheus3 } from './dialect.ts'
import type { Expression } from './expression.ts'
import { format } from './format.ts'
import { parse } from './parse.ts'
import type { Question } from './peer-deviations.conformance.ts'
import { endMs, fill, peerSamples, startMs } from './peer-samples.conformance.ts'
import { runInstant, runRange } from './run.ts'
import { createSamples } from './store/samples.ts'

export interface FuzzRun {
  readonly seed: number
  /** How many texts. */
  readonly count?: number | undefined
  readonly say: (text: string) => void
  /** Whether the servers at hand are asked too. */
  readonly withPeers?: boolean
}

/** A peer is asked over HTTP, which takes longer than all else: of so many texts one. */
const peerEvery = 10
const slowMs = 3000

export async function fuzz({ seed, count = 1_000_000, say, withPeers = true }: FuzzRun) {
  const random = seededRandom(seed)
  const samples = peerSamples(seed).filter((_, i) => i % 4 === 0)
  const peers = withPeers ? await besidePeers(samples, say) : undefined
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
      if (peers !== undefined && tally.texts % peerEvery === 0) {
        const question = questionOf(text, random)
        const [fault] = await peers.ask(question)
        assert.equal(fault, undefined, `${JSON.stringify(question)} ${fault}`)
        tally.asked++
      }
      if ((tally.texts + 1) % Math.ceil(count / 10) === 0) report()
    }
  } finally {
    await peers?.close()
  }
  return tally
}

const stepMs = 97_000

/** Of four questions one is of a range. */
function questionOf(text: string, random: Random): Question {
  const atMs = someTimesMs[Math.floor(random.fraction() * someTimesMs.length)] ?? endMs
  const range = { startMs: startMs + 600_000, stepMs }
  return { text, atMs, ...(random.fraction() < 0.25 ? { range } : {}) }
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
    if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
    const isTree = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isTree ? Object.fromEntries(Object.entries(value).sort()) : value
  })
}
