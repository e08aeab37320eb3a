/** `/metrics` in protobuf: families with their length before them, in chunks. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sizedSize, WireWriter } from '#lib/wire-writer'
import type { NamedFamily, Piece } from './named-families.ts'
import { family as tags, typeNumbers } from './schema.ts'
import { Transcoder } from './transcode.ts'

const chunkBytes = 256 * 1024
const piecesPerTurn = 64

/**
 * The length of a family stands before it, and may be more than memory should hold: each is gone
 * through twice, and the first time, which takes a fifth of the second, only measures.
 */
export async function* protobufExposition(
  families: AsyncIterable<NamedFamily>,
): AsyncGenerator<Buffer> {
  const to = new WireWriter(chunkBytes + chunkBytes / 4)
  for await (const family of families) {
    const transcoder = new Transcoder(family.head)
    const head = headOf(family)
    to.varint(head.length + (await sizeOf(family, transcoder)))
    to.raw(head)
    for (const piece of family.pieces()) {
      writePiece(to, piece, transcoder)
      piece.release?.()
      if (to.sizeBytes < chunkBytes) continue
      yield to.written()
      // Who asks for more has sent these: one buffer serves the whole scrape.
      to.reset()
      await nextTurn()
    }
  }
  if (to.sizeBytes > 0) yield to.written()
}

function headOf({ head: { name, type, help } }: NamedFamily): Buffer {
  const to = new WireWriter()
  to.text(tags.name, name)
  if (help !== undefined) to.text(tags.help, help)
  to.varint(tags.type)
  to.varint(typeNumbers[type])
  return to.take()
}

async function sizeOf(family: NamedFamily, transcoder: Transcoder): Promise<number> {
  let sizeBytes = 0
  let count = 0
  for (const piece of family.pieces()) {
    const { bytes, metricCount, messageOf } = piece
    for (let i = 0; i < metricCount; i++) {
      const size = messageOf?.(i)?.length ?? transcoder.measure(bytes, piece.startOf(i))
      sizeBytes += sizedSize(size)
    }
    if (++count % piecesPerTurn === 0) await nextTurn()
  }
  return sizeBytes
}

function writePiece(to: WireWriter, piece: Piece, transcoder: Transcoder): void {
  const { bytes, metricCount, messageOf } = piece
  for (let i = 0; i < metricCount; i++) {
    const message = messageOf?.(i)
    if (message !== undefined) to.sized(tags.metric, message)
    else {
      const size = transcoder.measure(bytes, piece.startOf(i))
      to.byte(tags.metric)
      to.varint(size)
      transcoder.write(to)
    }
  }
}
