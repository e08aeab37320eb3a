/** Reads `event_recorder:` strictly. It is accepted, and a remark says that it is not acted on. */
import { readHttpSettings } from '../notifiers/http-config.ts'
import { readTls } from '../notifiers/tls-config.ts'
import {
  durationMs,
  fields,
  list,
  type Place,
  refusal,
  remark,
  text,
  webUrl,
  wholeNumber,
} from './reader.ts'

const keys = {
  recorder: { known: ['file_outputs', 'webhook_outputs', 'kafka_outputs', 'stdout_outputs'] },
  file: { known: ['name', 'path'] },
  stdout: { known: ['name'] },
  webhook: {
    known: ['name', 'url', 'http_config', 'timeout', 'workers', 'max_retries', 'retry_backoff'],
  },
  kafka: {
    known: [
      'name',
      'brokers',
      'topic',
      'client_id',
      'format',
      'acks',
      'compression',
      'buffer_size',
      'tls_config',
    ],
  },
}

/** Answers with the secrets in it. */
export function readEventRecorder(at: Place): readonly Place[] {
  const own = fields(at, keys.recorder)
  own.optional('file_outputs', list(readFileOutput))
  own.optional('stdout_outputs', list(readStdoutOutput))
  const webhooks = own.optional('webhook_outputs', list(readWebhookOutput)) ?? []
  const kafkas = own.optional('kafka_outputs', list(readKafkaOutput)) ?? []
  remark(at, {
    what: 'event_recorder is not acted on: no event goes to its outputs',
    remedy: 'remove it if nothing else reads this file',
  })
  return [...webhooks, ...kafkas].flat()
}

function readFileOutput(at: Place): void {
  const own = fields(at, keys.file)
  own.optional('name', text)
  if ((own.optional('path', text) ?? '') === '')
    throw refusal(at, 'event_recorder file output requires a path')
}

function readStdoutOutput(at: Place): void {
  fields(at, keys.stdout).optional('name', text)
}

function readWebhookOutput(at: Place): readonly Place[] {
  const own = fields(at, keys.webhook)
  own.optional('name', text)
  for (const name of ['timeout', 'retry_backoff']) own.optional(name, durationMs)
  for (const name of ['workers', 'max_retries']) own.optional(name, wholeNumber)
  const url = own.optional('url', (place) => {
    webUrl(place)
    return place
  })
  if (url === undefined) throw refusal(at, 'event_recorder webhook output requires a url')
  return [url, ...(own.optional('http_config', readHttpSettings)?.secrets ?? [])]
}

const choices = {
  format: ['json', 'protobuf'],
  acks: ['', 'none', 'leader', 'all'],
  compression: ['', 'none', 'gzip', 'snappy', 'lz4', 'zstd'],
}

function readKafkaOutput(at: Place): readonly Place[] {
  const own = fields(at, keys.kafka)
  for (const name of ['name', 'client_id']) own.optional(name, text)
  own.optional('buffer_size', wholeNumber)
  const brokers = own.optional('brokers', list(text)) ?? []
  if (brokers.length === 0)
    throw refusal(at, 'event_recorder kafka output requires at least one broker')
  if (brokers.includes(''))
    throw refusal(at, 'event_recorder kafka output broker entries must be non-empty')
  if ((own.optional('topic', text) ?? '') === '')
    throw refusal(at, 'event_recorder kafka output requires a topic')
  for (const [name, known] of Object.entries(choices)) {
    const given = own.optional(name, text)
    if (given !== undefined && !known.includes(given))
      throw refusal(at, `event_recorder kafka output: unknown ${name} ${JSON.stringify(given)}`)
  }
  return own.optional('tls_config', readTls)?.places ?? []
}
