/**
 * Which series one source exposed the last time: what it exposes no more is over. A series that
 * another source has taken over in between is not.
 */
import { Reused } from './reused.ts'
import type { Series } from './series.ts'

/** Numbers of expositions, of all sources of a store. */
export interface Numbers {
  next(): number
}

export function createNumbers(): Numbers {
  let last = 0
  return { next: () => ++last }
}

export class Exposure {
  readonly #numbers: Numbers
  #number: number
  #series = new Reused<Series>()
  #lastNumber = 0
  #last = new Reused<Series>()

  constructor(numbers: Numbers) {
    this.#numbers = numbers
    this.#number = numbers.next()
  }

  /** Whether nothing of the last exposition is left. */
  get isOver(): boolean {
    for (const { isReleased } of this.#last) if (!isReleased) return false
    return true
  }

  /** What stood at this place of the last exposition. */
  lastAt(place: number): Series | undefined {
    return this.#last.at(place)
  }

  /** Its place in the last exposition, if it was part of that. */
  placeOf({ exposition, place }: Series): number | undefined {
    return exposition === this.#lastNumber ? place : undefined
  }

  /** The series is part of the exposition that is under way. */
  add(series: Series): void {
    if (series.exposition === this.#number) return
    series.exposition = this.#number
    series.place = this.#series.count
    this.#series.add(series)
  }

  /** Ends the exposition; gives what was part of the last one and not of this one. */
  end(): Series[] {
    const gone: Series[] = []
    for (const series of this.#last)
      if (series.exposition === this.#lastNumber && !series.isReleased) gone.push(series)
    this.#last.clear()
    ;[this.#last, this.#series] = [this.#series, this.#last]
    this.#lastNumber = this.#number
    this.#number = this.#numbers.next()
    return gone
  }
}
