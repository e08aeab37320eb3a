/** The Prometheus HTTP API over what is in memory: its paths, and queries. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { sendText } from '#lib/http/message'
import type { Metrics } from '#lib/metrics'
import { type Answer, failure, instantAnswer, rangeAnswer, success } from './answers.ts'
import { typeOf } from './check.ts'
import { format } from './format.ts'
import type { ApiCall } from './http-call.ts'
import { dataCalls, labelValues, metadataCalls } from './http-data.ts'
import { type About, buildCall, statusCalls } from './http-status.ts'
import { invalid, readParameters, stepIn, timeIn, timeoutIn } from './parameters.ts'
import { parse } from './parse.ts'
import type { QueryLimits } from './query.ts'
import { runInstant, runRange } from './run.ts'
import type { Scraper } from './scrape.ts'
import type { MetadataBook } from './store/metadata.ts'
import type { Samples } from './store/samples.ts'

/** As many points as a curve on a screen can use, and Prometheus's own limit. */
const stepsMax = 11_000

export interface HttpApiOptions {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly samples: Samples
  readonly limits: QueryLimits
  readonly metadata?: MetadataBook
  readonly scraper?: Pick<Scraper, 'targets' | 'dropped' | 'configText'>
  readonly about?: About
  /** Further paths under `/api/v1/`, such as `rules`; what one gives becomes `data`. */
  readonly extra?: ReadonlyMap<string, ApiCall>
}

export type Handle = (request: IncomingMessage, response: ServerResponse) => boolean

/** Gives a handler that says whether the path was its own; the answer may follow later. */
export function createHttpApi(options: HttpApiOptions): Handle {
  const calls = new Map<string, ApiCall>([...ownCalls(options), ...(options.extra ?? [])])
  const seconds = options.metrics.histogram(
    'zstone_promql_request_seconds',
    'Time from a request of the HTTP API to its answer.',
    { labels: ['call'] },
  )
  return (request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://localhost')
    if (url === null) return false
    const health = healthPaths.get(url.pathname)
    if (health !== undefined) {
      sendText(response, 200, health)
      return true
    }
    const found = findCall(calls, options, url.pathname)
    if (found === undefined) return false
    const startedMs = options.clock.monotonicMs()
    void answer(found.call, request, url).then(({ status, text }) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(text)
      seconds.observe({ call: found.name }, (options.clock.monotonicMs() - startedMs) / 1000)
    })
    return true
  }
}

const healthPaths = new Map([
  ['/-/healthy', 'ZStone promql is healthy.\n'],
  ['/-/ready', 'ZStone promql is ready.\n'],
])

/** Never rejects. An answer too long for one text is an error like any other. */
async function answer(call: ApiCall, request: IncomingMessage, url: URL) {
  try {
    const { method = '' } = request
    if (!['GET', 'POST', 'HEAD'].includes(method))
      throw fault('METHOD_NOT_ALLOWED', { method, path: url.pathname, allowed: 'GET and POST' })
    return written(success(await call(await readParameters(request, url))))
  } catch (error) {
    return written(failure(error))
  }
}

const written = ({ status, body }: Answer) => ({ status, text: JSON.stringify(body) })

interface FoundCall {
  readonly name: string
  readonly call: ApiCall
}

function findCall(
  calls: ReadonlyMap<string, ApiCall>,
  options: HttpApiOptions,
  path: string,
): FoundCall | undefined {
  const [, name = ''] = /^\/api\/v1\/(.+)$/.exec(path) ?? []
  const [, label] = /^label\/([^/]+)\/values$/.exec(name) ?? []
  if (label !== undefined)
    return {
      name: 'label values',
      call: (parameters) => labelValues(options.samples, label, parameters),
    }
  const call = calls.get(name)
  return call === undefined ? undefined : { name, call }
}

function ownCalls(options: HttpApiOptions): [string, ApiCall][] {
  const { samples, metadata, scraper = noTargets, about } = options
  const { dialect } = options.limits
  return [
    ['query', (parameters) => instant(options, parameters)],
    ['query_range', (parameters) => range(options, parameters)],
    ['query_exemplars', () => []], // None are kept.
    ['format_query', (parameters) => format(parsed(options, parameters))],
    ...dataCalls(samples),
    ...(metadata === undefined ? [] : metadataCalls(metadata, scraper)),
    buildCall(dialect),
    ...(about === undefined ? [] : statusCalls({ about, dialect, scraper, samples })),
  ]
}

const noTargets = { targets: () => [], dropped: () => new Map(), configText: () => undefined }

const parsed = ({ limits }: HttpApiOptions, parameters: URLSearchParams) =>
  parse(parameters.get('query') ?? '', limits.dialect)

/** A request may ask for less time than there is. */
function limitsIn({ limits }: HttpApiOptions, parameters: URLSearchParams): QueryLimits {
  const { patience } = limits
  if (patience === undefined) return limits
  const timeoutMs = timeoutIn(parameters, patience.timeoutMs)
  return { ...limits, patience: { ...patience, timeoutMs } }
}

function instant(options: HttpApiOptions, parameters: URLSearchParams) {
  const { clock, samples } = options
  const limits = limitsIn(options, parameters)
  const atMs = timeIn(parameters, 'time', clock.nowMs())
  const expression = parse(parameters.get('query') ?? '', limits.dialect)
  return instantAnswer(runInstant(expression, { source: samples, limits, atMs }), atMs)
}

function range(options: HttpApiOptions, parameters: URLSearchParams) {
  const { samples } = options
  const limits = limitsIn(options, parameters)
  const startMs = timeIn(parameters, 'start')
  const endMs = timeIn(parameters, 'end')
  if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time')
  const stepMs = stepIn(parameters)
  if ((endMs - startMs) / stepMs > stepsMax) {
    const reason = 'exceeded maximum resolution of 11,000 points per timeseries'
    throw invalid('step', `${reason}. Try decreasing the query resolution (?step=XX)`)
  }
  const asking = { stepMs, rangeMs: endMs - startMs }
  const expression = parse(parameters.get('query') ?? '', limits.dialect, asking)
  const type = typeOf(expression)
  if (type !== 'scalar' && type !== 'vector') {
    const wanted = 'must be Scalar or instant Vector'
    throw invalid('query', `invalid expression type "${type}" for range query, ${wanted}`)
  }
  return rangeAnswer(runRange(expression, { source: samples, limits, startMs, endMs, stepMs }))
}
