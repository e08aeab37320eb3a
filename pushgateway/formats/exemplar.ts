/** Exemplars and points in time, which the text format leaves out. */

import type { WireWriter } from '#lib/wire-writer'
import type { LabelPair } from '../text/family.ts'
import { pair as pairTags, exemplar as tags, timestamp as timeTags } from './schema.ts'
import { malformed, type WireReader } from './wire-reader.ts'

export interface Exemplar {
  readonly labels: readonly LabelPair[]
  readonly value: number
  /** Unix time in seconds. */
  readonly seconds: number | undefined
}

export function readExemplar(reader: WireReader): Exemplar {
  const outer = reader.enter()
  const labels: LabelPair[] = []
  let value = 0
  let seconds: number | undefined
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === tags.label) labels.push(readPair(reader))
    else if (tag === tags.value) value = reader.double()
    else if (tag === tags.timestamp) seconds = readTimestamp(reader)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return { labels, value, seconds }
}

export function readPair(reader: WireReader): LabelPair {
  const outer = reader.enter()
  let name = ''
  let value = ''
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === pairTags.name) name = reader.text()
    else if (tag === pairTags.value) value = reader.text()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return [name, value]
}

/** Unix time in seconds. */
export function readTimestamp(reader: WireReader): number {
  const outer = reader.enter()
  let seconds = 0
  let nanos = 0
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === timeTags.seconds) seconds = reader.varint()
    else if (tag === timeTags.nanos) nanos = reader.varint()
    else reader.skip(tag)
  }
  reader.leave(outer)
  if (nanos >= 1e9) throw malformed()
  return seconds + nanos / 1e9
}

export function writeExemplar(to: WireWriter, { labels, value, seconds }: Exemplar): void {
  for (const label of labels) to.nested(tags.label, () => writePair(to, label))
  to.varint(tags.value)
  to.double(value)
  if (seconds !== undefined) to.nested(tags.timestamp, () => writeTimestamp(to, seconds))
}

export function writePair(to: WireWriter, [name, value]: LabelPair): void {
  to.text(pairTags.name, name)
  to.text(pairTags.value, value)
}

/** Whether it can be written as a timestamp: a Unix time in seconds, not before 1970. */
export function isTime(seconds: number): boolean {
  return seconds >= 0 && seconds <= 253_402_300_799 // The end of the year 9999.
}

export function writeTimestamp(to: WireWriter, seconds: number): void {
  const whole = Math.floor(seconds)
  to.varint(timeTags.seconds)
  to.varint(whole)
  const nanos = Math.min(Math.round((seconds - whole) * 1e9), 999_999_999)
  if (nanos === 0) return
  to.varint(timeTags.nanos)
  to.varint(nanos)
}
