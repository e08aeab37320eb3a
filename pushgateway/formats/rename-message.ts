/** Writes a protobuf `Metric` anew with other names of its labels. */

import { WireWriter } from '#lib/wire-writer'
import { readPair, writePair } from './exemplar.ts'
import { metric as tags } from './schema.ts'
import { WireReader } from './wire-reader.ts'

export function renameLabels(message: Buffer, names: ReadonlyMap<string, string>): Buffer {
  const reader = new WireReader(message)
  const to = new WireWriter(2 * message.length)
  while (reader.more()) {
    const start = reader.at
    const tag = reader.tag()
    if (tag === tags.label) {
      const [name, value] = readPair(reader)
      to.nested(tag, () => writePair(to, [names.get(name) ?? name, value]))
    } else {
      reader.skip(tag)
      to.copy(message, start, reader.at)
    }
  }
  return to.take()
}
