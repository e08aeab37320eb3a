/** Tests wait on a condition, never on a duration. */
import { sleep, systemClock } from '#lib/clock'

/**
 * Polls until `condition` gives something truthy and returns it; throws after `withinMs`: so late
 * that a busy machine is no reason.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { withinMs = 120_000, what = String(condition) }: { withinMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const startedMs = systemClock.monotonicMs()
  for (;;) {
    const held = await condition()
    if (held) return held as NonNullable<T> // Truthy, so neither null nor undefined.
    if (systemClock.monotonicMs() - startedMs > withinMs)
      throw new Error(`Never came true: ${what}`)
    await sleep(systemClock, 20)
  }
}
