/** Times as a person reads them at night: the hour, and the day only where it is another one. */
export function timeText(ms: number, nowMs: number): string {
  const [day, time] = isoOf(ms)
  const isNear = Math.abs(ms - nowMs) < 10 * 60_000
  const clock = isNear ? time : time.slice(0, 5)
  return day === isoOf(nowMs)[0] ? clock : `${day} ${clock}`
}

/** `2026-11-21` and `03:02:11`. */
function isoOf(ms: number): readonly [day: string, time: string] {
  const iso = new Date(ms).toISOString()
  return [iso.slice(0, -14), iso.slice(-13, -5)]
}

export const fullTime = (ms: number) => `${isoOf(ms).join(' ')} UTC`
