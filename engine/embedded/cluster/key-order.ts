/**
 * The keys of a pool in order, for listing: short sorted runs, so that an insertion moves little.
 */

const runLengthMax = 512

export class KeyOrder {
  #runs: string[][] = []
  #size = 0

  static of(keys: Iterable<string>): KeyOrder {
    const order = new KeyOrder()
    const sorted = [...new Set(keys)].sort(byCodeUnits)
    for (let i = 0; i < sorted.length; i += runLengthMax / 2)
      order.#runs.push(sorted.slice(i, i + runLengthMax / 2))
    order.#size = sorted.length
    return order
  }

  get size(): number {
    return this.#size
  }

  add(key: string): void {
    const at = Math.max(0, this.#runOf(key))
    let run = this.#runs[at]
    if (run === undefined) {
      run = []
      this.#runs.push(run)
    }
    const position = lowerBound(run, key)
    if (run[position] === key) return
    run.splice(position, 0, key)
    this.#size++
    if (run.length > runLengthMax) this.#runs.splice(at + 1, 0, run.splice(runLengthMax / 2))
  }

  delete(key: string): void {
    const at = this.#runOf(key)
    const run = this.#runs[at]
    if (run === undefined) return
    const position = lowerBound(run, key)
    if (run[position] !== key) return
    run.splice(position, 1)
    this.#size--
    if (run.length === 0) this.#runs.splice(at, 1)
  }

  /** Keys from `from` on, in order. Do not change the order while walking it. */
  *from(from: string): Generator<string> {
    let position: number | undefined
    for (let at = Math.max(0, this.#runOf(from)); at < this.#runs.length; at++) {
      const run = this.#runs[at] ?? []
      position ??= lowerBound(run, from)
      for (let i = position; i < run.length; i++) yield run[i] ?? ''
      position = 0
    }
  }

  /** The last run that begins at or before the key; -1 when all begin after it. */
  #runOf(key: string): number {
    let low = 0
    let high = this.#runs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#runs[middle]?.[0] ?? '') <= key) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

function lowerBound(run: readonly string[], key: string): number {
  let low = 0
  let high = run.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((run[middle] ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}

const byCodeUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
