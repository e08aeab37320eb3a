/** The Prometheus HTTP API over what is in memory: its paths, and queries. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { sendText } from '#lib/http/message'
import type { Metrics } from '#lib/metrics'
import { failure, success } from './answers.ts'
import type { ApiCall } from './http-call.ts'
import { dataCalls, labelValues, metadataCalls } from './http-data.ts'
import { queryCalls } from './http-query.ts'
import { respond } from './http-respond.ts'
import { type About, buildCall, statusCalls } from './http-status.ts'
import { readParameters } from './parameters.ts'
import type { QueryLimits } from './query.ts'
import type { Scraper } from './scrape.ts'
import type { MetadataBook } from './store/metadata.ts'
import type { Samples } from './store/samples.ts'

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
    void answer(found.call, request, response).then(() =>
      seconds.observe({ call: found.name }, (options.clock.monotonicMs() - startedMs) / 1000),
    )
    return true
  }
}

const healthPaths = new Map([
  ['/-/healthy', 'ZStone promql is healthy.\n'],
  ['/-/ready', 'ZStone promql is ready.\n'],
])

/** Never rejects. An answer too long for one text is an error like any other. */
async function answer(call: ApiCall, request: IncomingMessage, response: ServerResponse) {
  try {
    const { method = '' } = request
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (!['GET', 'POST', 'HEAD'].includes(method))
      throw fault('METHOD_NOT_ALLOWED', { method, path: url.pathname, allowed: 'GET and POST' })
    await respond(request, response, success(await call(await readParameters(request, url))))
  } catch (error) {
    await respond(request, response, failure(error))
  }
}

interface FoundCall {
  readonly name: string
  readonly call: ApiCall
}

function findCall(
  calls: ReadonlyMap<string, ApiCall>,
  { samples, limits }: HttpApiOptions,
  path: string,
): FoundCall | undefined {
  const [, name = ''] = /^\/api\/v1\/(.+)$/.exec(path) ?? []
  const [, label] = /^label\/([^/]+)\/values$/.exec(name) ?? []
  if (label !== undefined)
    return {
      name: 'label values',
      call: (parameters) => labelValues(label, parameters, { samples, dialect: limits.dialect }),
    }
  const call = calls.get(name)
  return call === undefined ? undefined : { name, call }
}

function ownCalls(options: HttpApiOptions): [string, ApiCall][] {
  const { samples, metadata, scraper = noTargets, about } = options
  const { dialect } = options.limits
  return [
    ...queryCalls(options),
    ...dataCalls(samples),
    ...(metadata === undefined ? [] : metadataCalls(metadata, scraper)),
    buildCall(dialect),
    ...(about === undefined ? [] : statusCalls({ about, dialect, scraper, samples })),
  ]
}

const noTargets = { targets: () => [], dropped: () => new Map(), configText: () => undefined }
