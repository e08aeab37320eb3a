/** Choices by chance. */
import type { Random } from '#lib/random'

export const chance = (random: Random, ratio: number): boolean => random.fraction() < ratio

/** From 0 up to, not including, `end`. */
export const below = (random: Random, end: number): number => Math.floor(random.fraction() * end)

export function pick<T>(random: Random, of: readonly T[]): T {
  const one = of[below(random, of.length)]
  if (one === undefined) throw new Error('there is nothing to pick from')
  return one
}
