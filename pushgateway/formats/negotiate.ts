/** Which format a scrape is answered in, and how its names are escaped: the `Accept` header. */
import { parseMediaType } from './media-type.ts'
import { type Escaping, escapings } from './names.ts'

export interface Negotiated {
  readonly format: 'openmetrics' | 'protobuf' | 'text'
  readonly escaping: Escaping
  readonly contentType: string
}

const protobuf = {
  type: 'application/vnd.google.protobuf',
  proto: 'io.prometheus.client.MetricFamily',
  encoding: 'delimited',
}

const contentTypes = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  protobuf: `${protobuf.type}; proto=${protobuf.proto}; encoding=${protobuf.encoding}`,
  text: 'text/plain; version=0.0.4; charset=utf-8',
} as const

/**
 * The first of the client's wishes that can be met; whoever wishes for nothing of ours gets text. A
 * wish for an escaping holds from where it stands on, also for a format that was wished for later.
 */
export function negotiate(accept: string, options: { readonly openMetrics: boolean }): Negotiated {
  let escaping: Escaping = 'underscores'
  for (const { type, parameters } of wishes(accept)) {
    escaping = escapings.find((known) => known === parameters.get('escaping')) ?? escaping
    const format = formatOf(type, parameters)
    if (format === 'openmetrics' && !options.openMetrics) continue
    if (format !== undefined) return answer(format, escaping)
  }
  return answer('text', escaping)
}

function answer(format: Negotiated['format'], escaping: Escaping): Negotiated {
  return { format, escaping, contentType: `${contentTypes[format]}; escaping=${escaping}` }
}

function formatOf(type: string, parameters: ReadonlyMap<string, string>) {
  const version = parameters.get('version') ?? ''
  if (type === 'text/plain' && ['', '0.0.4'].includes(version)) return 'text'
  if (type === 'application/openmetrics-text' && ['', '0.0.1', '1.0.0'].includes(version))
    return 'openmetrics'
  const isProtobuf =
    type === protobuf.type &&
    parameters.get('proto') === protobuf.proto &&
    parameters.get('encoding') === protobuf.encoding
  return isProtobuf ? 'protobuf' : undefined
}

/** What the client takes, the dearest first. */
function wishes(accept: string) {
  return accept
    .split(',')
    .map(parseMediaType)
    .map((wish) => ({ ...wish, quality: qualityOf(wish.parameters.get('q')) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
}

function qualityOf(text: string | undefined): number {
  const quality = Number(text ?? 1)
  return Number.isNaN(quality) ? 1 : quality
}
