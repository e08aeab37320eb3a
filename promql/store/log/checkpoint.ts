/**
 * Everything in memory as one file, written while samples go on coming in. A series is written when
 * its turn comes, so it may hold samples that the log of the same number holds too: reading them
 * twice does nothing.
 */
import { beginFrame, endFrame } from '#lib/frames'
import type { Labels } from '#lib/labels'
import { writeWhole } from '#lib/whole-file'
import type { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import type { OriginLink, OriginTrack } from '../origins.ts'
import type { Series } from '../series.ts'
import type { Store } from '../store.ts'
import { type Place, pathOf } from './files.ts'
import { fileHeader, readLabels, writeLabels } from './record.ts'

const kinds = { end: 0, series: 1, track: 2 } as const
const frameBytes = 256 * 1024

export interface CheckpointOptions {
  readonly number: number
  readonly store: Store
  /** Makes durable what the log was told so far: the checkpoint must not know more than the log. */
  readonly syncLog: () => Promise<unknown>
}

/** Gives the size of the file. Until it has its name the older files count. */
export async function writeCheckpoint(
  place: Place,
  { number, store, syncLog }: CheckpointOptions,
): Promise<number> {
  const path = pathOf(place, 'checkpoint', number)
  return await writeWhole({ disk: place.disk, path }, async (append) => {
    const to = new ByteWriter()
    to.raw(fileHeader)
    let start = beginFrame(to)
    for (const write of records(store)) {
      write(to)
      if (to.sizeBytes - start < frameBytes) continue
      endFrame(to, start)
      await append(to.take())
      start = beginFrame(to)
    }
    to.byte(kinds.end)
    endFrame(to, start)
    await append(to.take())
    await syncLog()
  })
}

/** Writes one thing after the other: series, then the tracks that they follow. */
function* records(store: Store): Generator<(to: ByteWriter) => void> {
  const tracks = new Map<OriginTrack, number>()
  for (const series of store.catalogue.all()) yield (to) => writeSeries(to, series, tracks)
  for (const [track, number] of tracks) yield (to) => writeTrack(to, track, number)
}

function writeSeries(to: ByteWriter, series: Series, tracks: Map<OriginTrack, number>): void {
  const head = series.isReleased ? undefined : series.head()
  if (head === undefined) return
  to.byte(kinds.series)
  writeLabels(to, series.labels)
  const chunks = series.chunks()
  to.varint(chunks.length)
  for (const { bytes, endMs } of chunks) {
    to.float(endMs)
    to.varint(bytes.length)
    to.raw(bytes)
  }
  to.varint(head.length)
  to.raw(head)
  const links = linksOf(series.origins)
  to.varint(links.length)
  for (const { track, sinceMs } of links) {
    const number = tracks.get(track) ?? tracks.size
    tracks.set(track, number)
    to.varint(number)
    to.float(sinceMs)
  }
}

/** Newest first. */
function linksOf(link: OriginLink | undefined): OriginLink[] {
  return link === undefined ? [] : [link, ...linksOf(link.before)]
}

function writeTrack(to: ByteWriter, track: OriginTrack, number: number): void {
  to.byte(kinds.track)
  to.varint(number)
  to.float(track.newestMs)
  to.varint(track.times.length)
  track.times.forEach((atMs, i) => {
    to.float(atMs)
    to.text(track.origins[i] ?? '')
  })
}

export interface StoredSeries {
  readonly labels: Labels
  readonly chunks: readonly { readonly bytes: Buffer; readonly endMs: number }[]
  readonly head: Buffer
  readonly links: readonly { readonly track: number; readonly sinceMs: number }[]
}

export interface CheckpointListener {
  series(series: StoredSeries): void
  track(number: number, track: OriginTrack): void
  /** Nothing follows. */
  end(): void
}

export function readCheckpointFrame(from: ByteReader, listener: CheckpointListener): void {
  while (!from.isAtEnd) {
    const kind = from.byte()
    if (kind === kinds.series) listener.series(readSeries(from))
    else if (kind === kinds.track) listener.track(from.varint(), readTrack(from))
    else listener.end()
  }
}

function readSeries(from: ByteReader): StoredSeries {
  const labels = readLabels(from)
  const chunks = listOf(from, () => ({ endMs: from.float(), bytes: from.raw(from.varint()) }))
  const head = from.raw(from.varint())
  const links = listOf(from, () => ({ track: from.varint(), sinceMs: from.float() }))
  return { labels, chunks, head, links }
}

function readTrack(from: ByteReader): OriginTrack {
  const newestMs = from.float()
  const track: OriginTrack = { times: [], origins: [], newestMs }
  for (let count = from.varint(); count > 0; count--) {
    track.times.push(from.float())
    track.origins.push(from.text() || undefined)
  }
  return track
}

function listOf<T>(from: ByteReader, item: () => T): T[] {
  return Array.from({ length: from.varint() }, item)
}
