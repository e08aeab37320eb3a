/**
 * Reads back what the folder holds. A tail that a crash left is cut off; damage elsewhere is named,
 * and costs what stood behind it in its file: to watch with a gap is better than not to watch.
 */
import { type ReadFile, readFrames } from '#lib/frames'
import type { Log } from '#lib/log'
import { ByteReader } from '../bytes/byte-reader.ts'
import { isStaleWords } from '../chunk/columns.ts'
import type { OriginLink, OriginTrack } from '../origins.ts'
import type { Series } from '../series.ts'
import type { Store } from '../store.ts'
import { type CheckpointListener, readCheckpointFrame, type StoredSeries } from './checkpoint.ts'
import { findFiles, type Place, pathOf, removeBefore } from './files.ts'
import { fileHeader, frameForm } from './record.ts'
import { SampleDecoder, type SampleListener } from './sample-code.ts'

export interface Recovered {
  /** No file has this number or a higher one. */
  readonly nextNumber: number
  readonly checkpointBytes: number
  readonly logBytes: number
  /** What a crash left half-written; nobody was told that it is stored. */
  readonly cutBytes: number
  /** Files that hold damage; what they held before it was read. */
  readonly damaged: readonly string[]
}

export interface RecoveryWorld extends Place {
  readonly store: Store
  readonly log: Log
  /** What was over before is not read back. */
  readonly expiredMs: number
}

export async function recover(world: RecoveryWorld): Promise<Recovered> {
  const { disk, folder, store } = world
  await disk.makeFolder(folder)
  const { checkpoint, logs } = await findFiles(world)
  await removeBefore(world, checkpoint ?? 0)
  const damaged: string[] = []
  const checkpointBytes = checkpoint === undefined ? 0 : await load(checkpoint, world, damaged)
  let [logBytes, cutBytes] = [0, 0]
  const read: (ReadFile & { readonly path: string })[] = []
  for (const number of logs) {
    const path = pathOf(world, 'log', number)
    read.push({ path, ...(await replay(path, world)) })
  }
  for (const [i, file] of read.entries()) {
    logBytes += file.soundBytes
    // A header alone: nothing was written yet, or not even that.
    if (file.soundBytes === file.sizeBytes || file.sizeBytes <= fileHeader.length) continue
    const isLast = read.slice(i + 1).every(({ soundBytes }) => soundBytes <= fileHeader.length)
    if (isLast) cutBytes += await cutOff(file, world)
    else damaged.push(nameDamage(file, world))
  }
  store.sweep(Math.max(store.newestMs, world.expiredMs + store.retentionMs))
  const nextNumber = Math.max(checkpoint ?? 0, ...logs) + 1
  return { nextNumber, checkpointBytes, logBytes, cutBytes, damaged }
}

async function cutOff(
  { path, soundBytes, sizeBytes }: ReadFile & { readonly path: string },
  { disk, log }: RecoveryWorld,
): Promise<number> {
  const file = await disk.open(path)
  try {
    await file.truncate(soundBytes)
    await file.sync()
  } finally {
    await file.close()
  }
  const cutBytes = sizeBytes - soundBytes
  log.warn({ path, cutBytes }, 'A half-written end was cut off the log of samples')
  return cutBytes
}

function nameDamage(
  { path, soundBytes }: { path: string; soundBytes: number },
  { log }: RecoveryWorld,
) {
  log.error(
    { path, soundBytes },
    'The log of samples is damaged: what follows in this file is lost; the file is set aside',
  )
  return path
}

async function load(number: number, world: RecoveryWorld, damaged: string[]): Promise<number> {
  const path = pathOf(world, 'checkpoint', number)
  const loader = createLoader(world)
  const file = { disk: world.disk, path, form: frameForm }
  const { soundBytes, sizeBytes } = await readFrames(file, (payload) =>
    readCheckpointFrame(new ByteReader(payload), loader),
  )
  if (!loader.isWhole() || soundBytes < sizeBytes)
    damaged.push(nameDamage({ path, soundBytes }, world))
  return soundBytes
}

function createLoader({ store, expiredMs }: RecoveryWorld) {
  const tracks = new Map<number, OriginTrack>()
  let isWhole = false
  /** Series come before the tracks that they follow. */
  const trackOf = (number: number): OriginTrack => {
    const track = tracks.get(number) ?? {
      times: [],
      origins: [],
      newestMs: Number.NEGATIVE_INFINITY,
    }
    tracks.set(number, track)
    return track
  }
  const known = new Map<string, OriginLink>()
  /** Series that share their links share them again. */
  const linkOf = (links: StoredSeries['links'], i = 0): OriginLink | undefined => {
    const stored = links[i]
    if (stored === undefined) return undefined
    const key = links
      .slice(i)
      .map(({ track, sinceMs }) => `${track} ${sinceMs}`)
      .join()
    const { track, sinceMs } = stored
    const link = known.get(key) ?? { track: trackOf(track), sinceMs, before: linkOf(links, i + 1) }
    known.set(key, link)
    return link
  }
  const listener: CheckpointListener = {
    series(stored) {
      const series = store.catalogue.seriesOf(stored.labels)
      if (series === undefined) return
      const chunks = stored.chunks.filter(({ endMs }) => endMs >= expiredMs)
      for (const { bytes, endMs } of chunks) series.restore(bytes, endMs)
      series.restoreHead(stored.head)
      series.origins = linkOf(stored.links)
      store.restored(series)
    },
    track(number, { times, origins, newestMs }) {
      const track = trackOf(number)
      track.times.push(...times)
      track.origins.push(...origins)
      track.newestMs = newestMs
      store.origins.restore(track)
    },
    end() {
      isWhole = true
    },
  }
  return { ...listener, isWhole: () => isWhole }
}

async function replay(path: string, { disk, store }: RecoveryWorld): Promise<ReadFile> {
  const decoder = new SampleDecoder()
  const bySeries: (Series | undefined)[] = []
  const listener: SampleListener = {
    series: (labels) => void bySeries.push(store.catalogue.seriesOf(labels)),
    sample(number, { atMs, value, origin, low, high }) {
      const series = bySeries[number]
      if (series === undefined) return // One more than there may be.
      if (isStaleWords(low, high)) store.end(series, atMs)
      else store.take(series, { atMs, value, origin })
    },
  }
  return await readFrames({ disk, path, form: frameForm }, (payload) => {
    decoder.frame(new ByteReader(payload), listener)
    store.sweep(store.newestMs)
  })
}
