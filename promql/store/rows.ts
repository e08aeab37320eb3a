/** Samples that belong together, in columns, until all of them are taken in or none is. */
import { Reused } from './reused.ts'
import type { Series } from './series.ts'

const firstLength = 8

export class Rows {
  readonly series = new Reused<Series>()
  values = new Float64Array(firstLength)
  /** What time each has of its own; empty: none has. */
  times: (number | undefined)[] = []
  /** Which push each came with; empty: none did. */
  origins: (string | undefined)[] = []

  get count(): number {
    return this.series.count
  }

  add(series: Series, value: number, atMs?: number): void {
    const at = this.series.count
    if (at === this.values.length) this.#grow()
    this.series.add(series)
    this.values[at] = value
    if (atMs !== undefined) this.times[at] = atMs
  }

  clear(): void {
    this.series.clear()
    if (this.times.length > 0) this.times = []
    if (this.origins.length > 0) this.origins = []
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.values.length)
    grown.set(this.values)
    this.values = grown
  }
}
