/** How values go: across the lines that rules draw, in both directions, with gaps and ends. */
import type { Random } from '#lib/random'
import { below, chance, pick } from './chance.ts'
import type { InventedSeries } from './invent-series.ts'

export interface Course {
  readonly count: number
  /** Between two values. */
  readonly intervalMs: number
  readonly random: Random
  /** Sizes that belong together: a part of something is smaller than it. */
  readonly scale: number
}

/** As unit tests of rules write them. */
export function courseOf({ metric, labels }: InventedSeries, course: Course): string {
  const { uses, levels } = metric
  const around = { ...course, levels: [...levels].filter(Number.isFinite) }
  const le = labels['le']
  const values =
    le !== undefined
      ? rising(around, le === '+Inf' ? 1 : Math.min(1, 0.2 + Number(le) / 20))
      : uses.has('counter')
        ? rising(around, 1)
        : uses.has('time')
          ? times(around)
          : uses.has('trend') && chance(course.random, 0.7)
            ? falling(around)
            : steps(around)
  return withGaps(values.map(written), course.random).join(' ')
}

interface Around extends Course {
  readonly levels: readonly number[]
}

/** Eighths: their sums are exact in any order, and that of series is nobody's promise. */
const exact = (value: number) => Math.round(value * 8) / 8

const written = (value: number) =>
  Number.isFinite(value) ? value.toLocaleString('en-US', plain) : String(value)

const plain = { useGrouping: false, maximumFractionDigits: 3 } as const

/** Stays a while, below a line or above it. */
function steps({ count, random, levels, scale }: Around): number[] {
  const values: number[] = []
  while (values.length < count) {
    const value = exact(levelNear(random, levels, scale))
    const stays = 1 + below(random, pick(random, [2, 6, count / 2]))
    const wavers = chance(random, 0.3)
    for (let i = 0; i < stays; i++) values.push(wavers ? exact(value * (1 + i / 16)) : value)
  }
  return values.slice(0, count)
}

function levelNear(random: Random, levels: readonly number[], scale: number): number {
  const kind = random.fraction()
  if (kind < 0.25) return pick(random, [0, 1, 1, 2])
  if (kind < 0.6 && levels.length > 0) {
    const level = pick(random, levels)
    return level * pick(random, [0.5, 0.9, 1, 1, 1.125, 2]) + pick(random, [0, 0, 0.125, -1, 1])
  }
  return scale * pick(random, [0.02, 0.1, 0.5, 0.8, 0.9, 0.95, 1])
}

/** Counts, at a rate near a line; stands still, or begins anew. */
function rising({ count, random, levels, scale, intervalMs }: Around, share: number): number[] {
  const values: number[] = []
  let total = exact(scale * below(random, 3))
  while (values.length < count) {
    const rate = chance(random, 0.25) ? 0 : levelNear(random, levels, scale / 100)
    const step = exact(Math.abs(rate) * (intervalMs / 1000) * share) * pick(random, [1, 1, 0.25])
    const stays = 1 + below(random, pick(random, [3, 8, count / 2]))
    if (chance(random, 0.1)) total = 0
    for (let i = 0; i < stays; i++) {
      total += exact(step)
      values.push(total)
    }
  }
  return values.slice(0, count)
}

/** Falls towards zero, and beyond its half in time or not. */
function falling({ count, random, scale }: Around): number[] {
  const slope = scale / (count * pick(random, [0.3, 1, 3, 20]))
  const turns = below(random, count)
  const back = pick(random, [-1, 0, 1])
  let value = scale * pick(random, [0.2, 1])
  return Array.from({ length: count }, (_, i) => {
    value += (i < turns ? -1 : back) * slope
    return exact(Math.max(0, value))
  })
}

/** When something happened last, seen from now, some while ago. */
function times({ count, random, levels, intervalMs }: Around): number[] {
  const values: number[] = []
  while (values.length < count) {
    const nowSeconds = (values.length * intervalMs) / 1000
    const age = levelNear(random, levels, 600)
    const stays = 1 + below(random, count / 2)
    for (let i = 0; i < stays; i++) values.push(exact(nowSeconds - age))
  }
  return values.slice(0, count)
}

function withGaps(values: readonly string[], random: Random): readonly string[] {
  const troubled = chance(random, 0.4)
  if (!troubled) return values
  const made = [...values]
  for (let gaps = 1 + below(random, 3); gaps > 0; gaps--) {
    const at = below(random, made.length)
    const what = pick(random, ['_', '_', 'stale', 'NaN', 'Inf'])
    const length = what === '_' ? 1 + below(random, 12) : 1
    made.fill(what, at, at + length)
  }
  if (chance(random, 0.2)) made.fill('_', 0, below(random, made.length / 2))
  return made
}
