/** Reads `tracing:` strictly. It is accepted, and a remark says that it is not acted on. */
import { readHeaders } from '../notifiers/http-headers.ts'
import { readTls } from '../notifiers/tls-config.ts'
import { durationMs, fields, type Place, refusal, remark, text, truth } from './reader.ts'

const keys = {
  known: [
    'client_type',
    'endpoint',
    'sampling_fraction',
    'insecure',
    'tls_config',
    'http_headers',
    'compression',
    'timeout',
  ],
}

/** Answers with the secrets in it. */
export function readTracing(at: Place): readonly Place[] {
  const own = fields(at, keys)
  const client = own.optional('client_type', text) ?? 'grpc'
  if (!['grpc', 'http'].includes(client))
    throw refusal(at, `expected tracing client type to be to be http or grpc, but got ${client}`)
  if ((own.optional('endpoint', text) ?? '') === '')
    throw refusal(at, 'tracing endpoint must be set')
  const compression = own.optional('compression', text) ?? ''
  if (!['', 'gzip'].includes(compression))
    throw refusal(at, `invalid compression type ${compression} provided, valid options: gzip`)
  own.optional('sampling_fraction', fraction)
  own.optional('insecure', truth)
  own.optional('timeout', durationMs)
  const tls = own.optional('tls_config', readTls)
  const headers = own.optional('http_headers', readHeaders)
  remark(at, {
    what: 'tracing is not acted on',
    remedy: 'set OTEL_EXPORTER_OTLP_ENDPOINT to say where traces go',
  })
  return [...(tls?.places ?? []), ...(headers?.places ?? [])]
}

function fraction(at: Place): number {
  const given = text(at)
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(given))
    throw refusal(at, `${at.path} must be a number`)
  return Number(given)
}
