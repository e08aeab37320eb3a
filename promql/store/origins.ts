/**
 * Which push each sample came with. All series of one push share a track: the pushes one after the
 * other. A series that goes another way from some time on gets a link to another track.
 */

/** Pushes of one source, oldest first: each holds from its time until the next. */
export interface OriginTrack {
  readonly times: number[]
  readonly origins: (string | undefined)[]
  /** Up to here the track is true for all that follow it. */
  newestMs: number
}

export interface OriginLink {
  readonly track: OriginTrack
  readonly sinceMs: number
  /** What held before; only so many links are remembered. */
  readonly before: OriginLink | undefined
}

export interface Origins {
  /** The link of a series whose sample of `atMs` has this origin; `link` is the one it had. */
  follow(
    link: OriginLink | undefined,
    origin: string | undefined,
    atMs: number,
  ): OriginLink | undefined
  /** Takes a track back that was read from disk. */
  restore(track: OriginTrack): void
  tracks(): Iterable<OriginTrack>
  dropBefore(ms: number): void
  /** How many pushes are remembered. */
  readonly size: number
}

const linksMax = 4
/** Some 100 bytes each. Beyond it the oldest pushes are forgotten: their samples have no origin. */
const pushesMax = 200_000

export function createOrigins(): Origins {
  const tracks = new Set<OriginTrack>()
  /** Links made at one time, by what the series had before and by origin. */
  let made = new Map<OriginLink | undefined, Map<string | undefined, OriginLink>>()
  let madeMs = Number.NaN
  let size = 0

  const trackOf = (origin: string | undefined, atMs: number): OriginTrack => {
    for (const links of made.values()) {
      const link = links.get(origin)
      if (link !== undefined) return link.track
    }
    const track = { times: [atMs], origins: [origin], newestMs: atMs }
    tracks.add(track)
    size++
    return track
  }
  const branch = (before: OriginLink | undefined, origin: string | undefined, atMs: number) => {
    if (madeMs !== atMs) made = new Map()
    madeMs = atMs
    const known = made.get(before)?.get(origin)
    if (known !== undefined) return known
    const link = { track: trackOf(origin, atMs), sinceMs: atMs, before: cut(before, linksMax - 1) }
    const links = made.get(before) ?? new Map<string | undefined, OriginLink>()
    made.set(before, links.set(origin, link))
    return link
  }
  const drop = (isOld: (runEndMs: number) => boolean) => {
    for (const track of tracks) {
      if (isOld(track.newestMs)) {
        tracks.delete(track)
        size -= track.times.length
        continue
      }
      const kept = track.times.findIndex((_, i) => !isOld(track.times[i + 1] ?? track.newestMs))
      track.times.splice(0, kept)
      track.origins.splice(0, kept)
      size -= kept
    }
  }
  return {
    follow(link, origin, atMs) {
      if (link === undefined) return origin === undefined ? undefined : branch(link, origin, atMs)
      const { track } = link
      if (atMs <= track.newestMs)
        return originIn(track, atMs) === origin ? link : branch(link, origin, atMs)
      track.newestMs = atMs
      if (track.origins.at(-1) === origin) return link
      track.times.push(atMs)
      track.origins.push(origin)
      if (++size > pushesMax) drop(oldestQuarter(tracks))
      return link
    },
    restore(track) {
      tracks.add(track)
      size += track.times.length
    },
    tracks: () => tracks,
    dropBefore: (ms) => drop((endMs) => endMs < ms),
    get size() {
      return size
    },
  }
}

/** The origin of the sample that a series took at `ms`. */
export function originAt(link: OriginLink | undefined, ms: number): string | undefined {
  let found = link
  while (found !== undefined && found.sinceMs > ms) found = found.before
  return found === undefined ? undefined : originIn(found.track, ms)
}

function originIn({ times, origins }: OriginTrack, ms: number): string | undefined {
  let i = times.length - 1
  if (i >= 0 && (times[i] ?? 0) <= ms) return origins[i]
  let low = 0
  while (low < i) {
    const middle = (low + i) >>> 1
    if ((times[middle] ?? 0) <= ms) low = middle + 1
    else i = middle
  }
  return origins[low - 1]
}

function cut(link: OriginLink | undefined, length: number): OriginLink | undefined {
  if (link === undefined || length === 0) return undefined
  const before = cut(link.before, length - 1)
  return before === link.before ? link : { ...link, before }
}

function oldestQuarter(tracks: Iterable<OriginTrack>): (endMs: number) => boolean {
  let [oldestMs, newestMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { times, newestMs: endMs } of tracks) {
    oldestMs = Math.min(oldestMs, times[0] ?? endMs)
    newestMs = Math.max(newestMs, endMs)
  }
  const limitMs = oldestMs + (newestMs - oldestMs) / 4
  return (endMs) => endMs <= limitMs
}
