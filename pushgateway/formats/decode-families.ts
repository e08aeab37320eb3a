/** Reads a push of `MetricFamily` messages, each with its length before it. */

import { fault } from '#api/errors'
import type { MetricType } from '#api/sample'
import { quoteGo } from '#lib/go-text'
import type { ParsedFamily, ParsedMetric } from '../text/family.ts'
import { MetricReader } from './decode-metric.ts'
import type { ParsedPush } from './parsed-push.ts'
import { family as tags, typesByNumber } from './schema.ts'
import { WireReader } from './wire-reader.ts'

/** Of two families of a name the later one counts, and one without metrics is nothing. */
export function decodeFamilies(body: Buffer): ParsedPush {
  const reader = new WireReader(body)
  const metrics = new MetricReader(reader)
  const byName = new Map<string, ParsedFamily>()
  while (reader.more()) {
    const outer = enterFamily(reader)
    const family = readFamily(reader, metrics)
    reader.leave(outer)
    byName.set(family.name, family)
  }
  const families = [...byName.values()].filter((family) => family.metrics.length > 0)
  return { families, timestamped: metrics.timestamped }
}

/** The frame of a family is read by a reader of its own in the original, with words of its own. */
function enterFamily(reader: WireReader): number {
  try {
    return reader.enter()
  } catch (error) {
    throw fault('PUSHGATEWAY_PROTOBUF_MALFORMED', { reason: 'unexpected EOF' }, error)
  }
}

function readFamily(reader: WireReader, metrics: MetricReader): ParsedFamily {
  const start = reader.at
  const { name, help, type } = readHead(reader)
  if (name === '')
    throw fault('PUSHGATEWAY_INCONSISTENT', { reason: 'a metric family has no name' })
  reader.at = start
  metrics.begin(name, type)
  const read: ParsedMetric[] = []
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === tags.metric) read.push(metrics.read())
    else reader.skip(tag)
  }
  return { name, type, help, metrics: read }
}

/** What is said of the family may stand behind its metrics, so it is looked for first. */
function readHead(reader: WireReader): Omit<ParsedFamily, 'metrics'> {
  let name = ''
  let help: string | undefined
  let number = 0
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === tags.name) name = reader.text()
    else if (tag === tags.help) help = reader.text()
    else if (tag === tags.type) number = reader.varint()
    else reader.skip(tag)
  }
  return { name, help, type: typeOf(name, number) }
}

function typeOf(name: string, number: number): MetricType {
  const type = typesByNumber[number]
  if (type !== undefined) return type
  const reason = `collected metric ${quoteGo(name)} has the unknown type ${number}`
  throw fault('PUSHGATEWAY_INCONSISTENT', { reason })
}
