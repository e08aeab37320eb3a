/** The Prometheus HTTP API over what is in memory: queries, series, labels. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { sendText } from '#lib/http/message'
import type { Metrics } from '#lib/metrics'
import { type Answer, failure, instantAnswer, rangeAnswer, success } from './answers.ts'
import { typeOf } from './check.ts'
import { invalid, readParameters, stepIn, timeIn } from './parameters.ts'
import { parse, parseSelector } from './parse.ts'
import type { QueryLimits } from './query.ts'
import { runInstant, runRange } from './run.ts'
import type { StoredSeries } from './source.ts'
import type { Samples } from './store/samples.ts'

/** As many points as a curve on a screen can use, and Prometheus's own limit. */
const stepsMax = 11_000

export interface HttpApiOptions {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly samples: Samples
  readonly limits: QueryLimits
  /** Further paths under `/api/v1/`, such as `rules`; what one gives becomes `data`. */
  readonly extra?: ReadonlyMap<string, ApiCall>
}

export type ApiCall = (parameters: URLSearchParams) => unknown

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
      call: (parameters) => labelValues(options, label, parameters),
    }
  const call = calls.get(name)
  return call === undefined ? undefined : { name, call }
}

function ownCalls(options: HttpApiOptions): [string, ApiCall][] {
  return [
    ['query', (parameters) => instant(options, parameters)],
    ['query_range', (parameters) => range(options, parameters)],
    ['series', (parameters) => selected(options, required(parameters)).map(({ labels }) => labels)],
    ['labels', (parameters) => labelNames(options, parameters)],
    ['status/buildinfo', () => buildInfo],
  ]
}

/** Clients read from `version` which features they may ask for. */
const buildInfo = Object.freeze({
  version: '2.42.0',
  revision: '',
  branch: 'zstone',
  buildUser: '',
  buildDate: '',
  goVersion: '',
})

function instant({ clock, samples, limits }: HttpApiOptions, parameters: URLSearchParams) {
  const atMs = timeIn(parameters, 'time', clock.nowMs())
  const expression = parse(parameters.get('query') ?? '', limits.dialect)
  return instantAnswer(runInstant(expression, { source: samples, limits, atMs }), atMs)
}

function range({ samples, limits }: HttpApiOptions, parameters: URLSearchParams) {
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

function labelNames(options: HttpApiOptions, parameters: URLSearchParams): string[] {
  if (!parameters.has('match[]')) return options.samples.labelNames()
  const found = selected(options, parameters)
  return [...new Set(found.flatMap(({ labels }) => Object.keys(labels)))].sort()
}

function labelValues(options: HttpApiOptions, name: string, parameters: URLSearchParams) {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) throw invalid('name', `invalid label name: "${name}"`)
  if (!parameters.has('match[]')) return options.samples.labelValues(name)
  const values = selected(options, parameters).map(({ labels }) => labels[name] ?? '')
  return [...new Set(values)].filter((value) => value !== '').sort()
}

function required(parameters: URLSearchParams): URLSearchParams {
  if (!parameters.has('match[]')) throw invalid('match[]', 'no match[] parameter provided')
  return parameters
}

/** The series that any of the selectors names and that have samples in the time asked for. */
function selected({ samples }: HttpApiOptions, parameters: URLSearchParams): StoredSeries[] {
  const fromMs = timeIn(parameters, 'start', Number.MIN_SAFE_INTEGER)
  const toMs = timeIn(parameters, 'end', Number.MAX_SAFE_INTEGER)
  const found = new Set<StoredSeries>()
  for (const text of parameters.getAll('match[]'))
    for (const series of samples.select(parseSelector(text).matchers)) found.add(series)
  return [...found].filter((series) => series.window(fromMs, toMs) !== undefined)
}
