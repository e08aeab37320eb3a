/**
 * Runs of neighbouring numbers, given out and taken back. Lengths are rounded up to powers of two:
 * who comes back for one number more each time leaves room behind that others can use.
 */
export class Runs {
  /** By the power of two. */
  readonly #free: number[][] = []
  #end = 0

  /** The first number of a run. */
  take(length: number): number {
    const power = powerOf(length)
    const first = this.#free[power]?.pop()
    if (first !== undefined) return first
    const fresh = this.#end
    this.#end += 2 ** power
    return fresh
  }

  /** `length` is what was asked for. */
  giveBack(first: number, length: number): void {
    const power = powerOf(length)
    this.#free[power] ??= []
    this.#free[power].push(first)
  }
}

const powerOf = (length: number) => Math.ceil(Math.log2(Math.max(1, length)))
