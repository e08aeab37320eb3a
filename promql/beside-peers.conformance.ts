/** Texts put to ours and to the Prometheus servers at hand: refused by both, or answered alike. */
import { fault } from '#api/errors'
import { createMetrics } from '#lib/metrics'
import type { PrometheusServer } from '#test/prometheus'
import type { Annotation } from './annotations.ts'
import { failure, instantAnswer, rangeAnswer, success } from './answers.ts'
import { typeOf } from './check.ts'
import type { Dialect } from './dialect.ts'
import type { Expression } from './expression.ts'
import { parse } from './parse.ts'
import { type Answer, annotationsIn, difference } from './peer-answer.conformance.ts'
import type { Question } from './peer-deviations.conformance.ts'
import { deviationOf } from './peer-deviations.conformance.ts'
import { endMs, fill, openMetricsOf, type TimedSample } from './peer-samples.conformance.ts'
import { peersAtHand } from './peers.conformance.ts'
import { runInstant, runRange } from './run.ts'
import { createSamples, type Samples } from './store/samples.ts'

export interface BesidePeers {
  readonly dialects: readonly Dialect[]
  /** What ours and theirs differ in, a sentence each. */
  ask(question: Question): Promise<string[]>
  close(): Promise<void>
}

export async function besidePeers(
  samples: readonly TimedSample[],
  say: (text: string) => void,
): Promise<BesidePeers> {
  const source = createSamples({ metrics: createMetrics(), retentionMs: 1e12, seriesMax: 100_000 })
  fill(source, samples)
  const peers = await Promise.all(
    peersAtHand(say).map(async ({ dialect, open }) => ({
      dialect,
      server: await open(openMetricsOf(samples)),
    })),
  )
  return {
    dialects: peers.map(({ dialect }) => dialect),
    async ask(question) {
      const found = await Promise.all(
        peers.map(async ({ dialect, server }) => {
          const theirs = await askServer(server, question)
          const { error = '' } = theirs
          if (deviationOf(question, dialect.version, error) !== undefined) return undefined
          return faultOf(answerOf(source, question, dialect), theirs, dialect)
        }),
      )
      return found.filter((fault) => fault !== undefined)
    },
    async close() {
      await Promise.all(peers.map(({ server }) => server.close()))
    },
  }
}

async function askServer({ url }: PrometheusServer, { text, atMs, range }: Question) {
  const bounds =
    range === undefined
      ? { time: `${atMs / 1000}` }
      : { start: `${range.startMs / 1000}`, end: `${atMs / 1000}`, step: `${range.stepMs / 1000}` }
  const path = range === undefined ? 'query' : 'query_range'
  const body = new URLSearchParams({ query: text, ...bounds })
  const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body })
  return (await response.json()) as Answer // As Prometheus answers.
}

/** As the HTTP API would say it. */
function answerOf(source: Samples, { text, atMs, range }: Question, dialect: Dialect): Answer {
  const annotations: Annotation[] = []
  const limits = { dialect, lookbackMs: 300_000, subqueryStepMs: 60_000, samplesMax: 5_000_000 }
  const asked = { source, limits, annotate: (one: Annotation) => annotations.push(one) }
  try {
    const asking = { stepMs: range?.stepMs ?? 0, rangeMs: atMs - (range?.startMs ?? atMs) }
    const expression = parse(text, dialect, asking)
    const data =
      range === undefined
        ? instantAnswer(runInstant(expression, { ...asked, atMs }), atMs)
        : rangeAnswer(runRange(rangeable(expression), { ...asked, ...range, endMs: atMs }))
    const warnings = annotations.map((annotation) => annotation.text)
    return asJson({ ...success(data).body, warnings })
  } catch (error) {
    return asJson(failure(error).body)
  }
}

function rangeable(expression: Expression): Expression {
  const type = typeOf(expression)
  if (type === 'scalar' || type === 'vector') return expression
  throw fault('PROMQL_PARAMETER_INVALID', { parameter: 'query', reason: type })
}

const asJson = (body: object) => JSON.parse(JSON.stringify(body)) as Answer // As ours answers.

function faultOf(ours: Answer, theirs: Answer, { version }: Dialect): string | undefined {
  if (ours.error?.startsWith('query processing would load too many')) return undefined
  const found = differenceOf(ours, theirs, version)
  return found === undefined ? undefined : `beside Prometheus ${version}: ${found}`
}

/** Prometheus shows ten annotations of a kind, and 2.42 knows none. */
const annotationsShown = 10

function differenceOf(ours: Answer, theirs: Answer, version: string): string | undefined {
  const found = difference(ours, theirs)
  if (found !== undefined) {
    const own = `${messageIn(ours)}${JSON.stringify(found.ours)}`
    return `${own} where it has ${messageIn(theirs)}${JSON.stringify(found.theirs)}`
  }
  const [said, theySaid] = [annotationsIn(ours), annotationsIn(theirs)]
  if (version === '2.42' || said.length > annotationsShown) return undefined
  const isSame = said.join() === theySaid.join()
  return isSame ? undefined : `it says ${theySaid.join() || 'nothing'}, ours ${said.join()}`
}

const messageIn = ({ error }: Answer) => (error === undefined ? '' : `${error} `)

/** Ten minutes short of all samples, so that a range may look back. */
export const someTimesMs: readonly number[] = [
  endMs - 3_000_000,
  endMs - 1_800_000,
  endMs + 250_000,
]
