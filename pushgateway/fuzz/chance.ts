/** Choices out of seeded chance. */
import { type Random, seededRandom } from '#lib/random'

export interface Chance {
  /** Whole, from 0 to `below - 1`. */
  below(below: number): number
  /** True once in `n` times. */
  oneIn(n: number): boolean
  of<T>(choices: readonly [T, ...T[]]): T
  /** Between `least` and `most` things. */
  many<T>(least: number, most: number, make: (i: number) => T): T[]
  readonly random: Random
}

export function createChance(seed: number): Chance {
  const random = seededRandom(seed)
  const below = (limit: number) => Math.floor(random.fraction() * limit)
  return {
    below,
    oneIn: (n) => below(n) === 0,
    of: (choices) => choices[below(choices.length)] ?? choices[0],
    many: (least, most, make) =>
      Array.from({ length: least + below(most - least + 1) }, (_, i) => make(i)),
    random,
  }
}
