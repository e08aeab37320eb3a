/** A replay for programs: times are RFC 3339, durations seconds. */
import { rfc3339 } from '../postable.ts'
import type { Replay } from './replay.ts'

const times: Readonly<Record<string, string>> = {
  fromMs: 'from',
  toMs: 'to',
  atMs: 'at',
  beganMs: 'beganAt',
  firedMs: 'firedAt',
  endedMs: 'endedAt',
}

export const replayJson = (replay: Replay): string => `${JSON.stringify(shown(replay), null, 2)}\n`

function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(shownEntry))
}

function shownEntry([name, value]: [string, unknown]): [string, unknown] {
  const time = times[name]
  if (time !== undefined && typeof value === 'number') return [time, rfc3339(value)]
  if (name === 'firingMs') return ['firingSeconds', Number(value) / 1000]
  return [name, shown(value)]
}
