/** What a series of now was before: courses over time, without chance, so that pictures repeat. */
import type { Sample } from '#api/sample'
import { labelsKey } from '#lib/labels'

/** A value by seconds before now (negative) up to now (0). */
export type Course = (second: number) => number

export interface Stroke {
  /** Of `name{label="value",…}`; labels in the order of their names. */
  readonly of: RegExp
  readonly course: (series: Series) => Course
  /** Counted from now, not from 0. */
  readonly isTime?: boolean
}

export interface Series {
  readonly sample: Sample
  /** `name{label="value",…}` */
  readonly text: string
  /** From 0 to 1, of its own: hosts and disks are not alike. */
  readonly own: number
  /** Alike for all buckets of a histogram: from -1 to 1, of hours and minutes. */
  readonly sway: Course
  /** The sum of `sway` over time. */
  readonly swayed: Course
  /** A second, as it was measured. */
  readonly rate: number
}

export function seriesOf(sample: Sample, rate: number): Series {
  const pairs = Object.entries(sample.labels).sort(([a], [b]) => (a < b ? -1 : 1))
  const text = `${sample.name}{${pairs.map(([name, value]) => `${name}="${value}"`).join(',')}}`
  const { le: _, ...labels } = sample.labels
  const own = hashed(sample.name.replace(/_(bucket|sum|count)$/, '') + labelsKey(labels))
  return { sample, text, rate, own, ...swayOf(own) }
}

const waves = [
  [86_400, 0.5],
  [5200, 0.3],
  [1130, 0.2],
] as const

function swayOf(own: number): Pick<Series, 'sway' | 'swayed'> {
  const turns = waves.map(([period, part], i) => {
    const speed = (2 * Math.PI) / period
    return { speed, part, shift: own * 40 * (i + 1) }
  })
  return {
    sway: (t) => sum(turns.map(({ speed, part, shift }) => part * Math.sin(speed * t + shift))),
    swayed: (t) =>
      sum(turns.map(({ speed, part, shift }) => (-part / speed) * Math.cos(speed * t + shift))),
  }
}

/** A gauge around a value. */
export const around =
  (middle: number, swing = 0.1) =>
  ({ sway, own }: Series): Course =>
  (t) =>
    middle * (0.9 + 0.2 * own) * (1 + swing * sway(t))

/** A counter that grows by so much a second. */
export const flowing =
  (perSecond: number, swing = 0.4) =>
  ({ swayed, own }: Series): Course =>
  (t) =>
    perSecond * (0.6 + 0.8 * own) * (t + swing * swayed(t) + worldSeconds)

/** As it is. */
export const held = (value: number) => (): Course => () => value

/** From each moment on another value. */
export const stepping =
  (...steps: readonly (readonly [second: number, value: number])[]) =>
  (): Course =>
  (t) =>
    steps.findLast(([second]) => second <= t)?.[1] ?? steps[0]?.[1] ?? 0

/** From one value to another between two moments. */
export const rising =
  (from: readonly [second: number, value: number], to: readonly [second: number, value: number]) =>
  (): Course =>
  (t) => {
    const share = Math.min(1, Math.max(0, (t - from[0]) / (to[0] - from[0])))
    return from[1] + share * (to[1] - from[1])
  }

/** A counter that grows for a while only. */
export const bursts =
  (perSecond: number, [fromS, toS]: readonly [number, number]) =>
  (): Course =>
  (t) =>
    perSecond * Math.max(0, Math.min(t, toS) - fromS)

export const whole =
  (course: (series: Series) => Course) =>
  (series: Series): Course => {
    const exact = course(series)
    return (t) => Math.round(exact(t))
  }

/** Longer than anything that is drawn: no counter is below 0. */
const worldSeconds = 40 * 86_400

/** What nobody planned: a counter flows on as it did, all else stays. */
export function asBefore({ sample, rate, swayed }: Series): Course {
  if (!isCounter.test(sample.name) || rate <= 0) return () => sample.value
  return (t) => rate * (t + 0.4 * swayed(t) + worldSeconds)
}

const isCounter = /_(total|count|sum|bucket)$/

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)

/** From 0 to 1. */
function hashed(text: string): number {
  let hash = 2166136261
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619)
  return (hash >>> 0) / 2 ** 32
}
