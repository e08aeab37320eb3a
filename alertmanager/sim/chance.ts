/** Choices out of seeded chance. */
import { seededRandom } from '#lib/random'

export interface Chance {
  /** Whole, from `least` to `most`. */
  between(least: number, most: number): number
  /** True once in `n` times. */
  oneIn(n: number): boolean
  of<T>(choices: readonly [T, ...T[]]): T
}

export function createChance(seed: number): Chance {
  const random = seededRandom(seed)
  const between = (least: number, most: number) =>
    least + Math.floor(random.fraction() * (most - least + 1))
  return {
    between,
    oneIn: (n) => between(1, n) === 1,
    of: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
  }
}
