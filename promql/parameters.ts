/** Parameters of the HTTP API: from the query and, in a POST, from the form. */
import type { IncomingMessage } from 'node:http'
import { fault } from '#api/errors'
import { parseDurationMs } from '#lib/duration'
import { readBody } from '#lib/http/message'

/** Ten times what Grafana sends for its largest dashboards. */
const formBytesMax = 1_048_576

export async function readParameters(request: IncomingMessage, url: URL): Promise<URLSearchParams> {
  const parameters = new URLSearchParams(url.searchParams)
  if (request.method !== 'POST') return parameters
  const form = new URLSearchParams((await readBody(request, formBytesMax)).toString('utf8'))
  for (const [name, value] of form) parameters.append(name, value)
  return parameters
}

/** Seconds since the epoch or RFC 3339, as milliseconds. */
export function timeIn(parameters: URLSearchParams, parameter: string, otherwiseMs?: number) {
  const text = parameters.get(parameter) ?? ''
  if (text === '' && otherwiseMs !== undefined) return otherwiseMs
  const seconds = text.trim() === '' ? Number.NaN : Number(text)
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/i.test(text)
  const ms = isDate ? Date.parse(text) : Math.round(seconds * 1000)
  if (Number.isSafeInteger(ms)) return ms
  throw invalid(parameter, `cannot parse "${text}" to a valid timestamp`)
}

/** Seconds or `1m30s`, as milliseconds above zero. */
export function stepIn(parameters: URLSearchParams): number {
  const ms = durationIn(parameters, 'step')
  if (ms >= 1) return Math.round(ms)
  const reason = 'zero or negative query resolution step widths are not accepted'
  throw invalid('step', `${reason}. Try a positive integer`)
}

/** As much time as a request asks for, and no more than there is. */
export function timeoutIn(parameters: URLSearchParams, mostMs: number): number {
  const text = parameters.get('timeout') ?? ''
  return text === '' ? mostMs : Math.min(mostMs, durationIn(parameters, 'timeout'))
}

export function durationIn(parameters: URLSearchParams, parameter: string): number {
  const text = parameters.get(parameter) ?? ''
  const ms = parseDurationMs(text) ?? (text.trim() === '' ? Number.NaN : Number(text) * 1000)
  if (Number.isFinite(ms)) return ms
  throw invalid(parameter, `cannot parse "${text}" to a valid duration`)
}

/** A whole number from zero, if one is given. */
export function limitIn(parameters: URLSearchParams, parameter: string): number | undefined {
  const text = parameters.get(parameter) ?? ''
  if (text === '') return undefined
  if (/^-\d+$/.test(text)) throw invalid(parameter, `${parameter} must be non-negative`)
  if (!/^\d{1,15}$/.test(text)) throw invalid(parameter, `${parameter} must be a number`)
  return Number(text)
}

export function invalid(parameter: string, reason: string) {
  return fault('PROMQL_PARAMETER_INVALID', { parameter, reason })
}
