/** Whether an alert flaps: a pure function of when it changed. */

export interface Damping {
  /** An alert that changes more often than this within the window flaps; 0: none ever does. */
  readonly changes: number
  readonly windowMs: number
  /** One that has not changed for so long flaps no more. */
  readonly calmMs: number
}

/** `changedAtMs`: whenever it fired or resolved, in order; old ones may be missing. */
export function isFlapping(
  changedAtMs: readonly number[],
  nowMs: number,
  { changes, windowMs, calmMs }: Damping,
): boolean {
  if (changes === 0 || changedAtMs.length <= changes) return false
  let flaps = false
  changedAtMs.forEach((atMs, i) => {
    const sinceMs = atMs - (changedAtMs[i - 1] ?? atMs)
    if (sinceMs >= calmMs) flaps = false
    const oldest = changedAtMs[i - changes]
    if (oldest !== undefined && oldest > atMs - windowMs) flaps = true
  })
  return flaps && nowMs - (changedAtMs.at(-1) ?? nowMs) < calmMs
}

/**
 * In what a receiver was told, a flapping alert goes by a name of its own: so it is told once that
 * it flaps, whatever it does meanwhile, and once how it ended.
 */
const mark = '~'

export const flappingName = (fingerprint: string) => `${mark}${fingerprint}`
export const isFlappingName = (name: string) => name.startsWith(mark)
export const bareName = (name: string) => (isFlappingName(name) ? name.slice(mark.length) : name)
