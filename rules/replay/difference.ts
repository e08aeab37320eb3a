/** What is different between the alerts of two sets of rules. */
import { type Labels, labelsKey } from '#lib/labels'
import type { Window } from './grid.ts'
import type { Life } from './lives.ts'

export interface AlertDifference {
  readonly kind: Kind
  /** Of the alert; of one with other labels than before, those that it has now. */
  readonly labels: Labels
  /** Where they are others: what they were. */
  readonly labelsBefore?: Labels
  readonly before: readonly Life[]
  readonly after: readonly Life[]
}

export type Kind =
  /** It fires no more; it may still pend. */
  | 'gone'
  /** It did not fire. */
  | 'new'
  /** One firing that begins or ends at another time, or lasts on. */
  | 'moved'
  /** The same stretch of time in more or fewer firings. */
  | 'split'
  /** The same element under other labels. */
  | 'relabelled'
  /** Only its texts are others. */
  | 'reworded'

export interface DifferenceOptions {
  readonly window: Window
  /** So much earlier or later is the same. */
  readonly toleranceMs: number
}

export function differencesOf(
  before: readonly Life[],
  after: readonly Life[],
  options: DifferenceOptions,
): readonly AlertDifference[] {
  const ofBefore = Map.groupBy(visibleIn(before, options), ({ labels }) => labelsKey(labels))
  const ofAfter = Map.groupBy(visibleIn(after, options), ({ labels }) => labelsKey(labels))
  const keys = new Set([...ofBefore.keys(), ...ofAfter.keys()])
  const found = [...keys].flatMap((key) =>
    stretchesOf(ofBefore.get(key) ?? [], ofAfter.get(key) ?? []).flatMap((stretch) => {
      const kind = kindOf(stretch, options)
      const labels = (stretch.after[0] ?? stretch.before[0])?.labels ?? {}
      return kind === undefined ? [] : [{ kind, labels, ...stretch }]
    }),
  )
  return relabelled(found).toSorted((a, b) => startOf(a) - startOf(b))
}

/** What had ended before the window is not of it. */
const visibleIn = (lives: readonly Life[], { window: { fromMs, toMs } }: DifferenceOptions) =>
  lives.filter(
    ({ beganMs, endedMs }) => beganMs <= toMs && (endedMs === undefined || endedMs > fromMs),
  )

interface Stretch {
  readonly before: readonly Life[]
  readonly after: readonly Life[]
}

const endOf = ({ endedMs = Number.POSITIVE_INFINITY }: Life) => endedMs

/** Lives of one alert that lie over each other, on either side, belong together. */
function stretchesOf(before: readonly Life[], after: readonly Life[]): readonly Stretch[] {
  const all = [
    ...before.map((life) => ({ life, isAfter: false })),
    ...after.map((life) => ({ life, isAfter: true })),
  ].sort((a, b) => a.life.beganMs - b.life.beganMs)
  const stretches: { before: Life[]; after: Life[] }[] = []
  let untilMs = Number.NEGATIVE_INFINITY
  for (const { life, isAfter } of all) {
    if (life.beganMs >= untilMs) stretches.push({ before: [], after: [] })
    untilMs = Math.max(untilMs, endOf(life))
    stretches.at(-1)?.[isAfter ? 'after' : 'before'].push(life)
  }
  return stretches
}

const isFired = ({ firedMs }: Life) => firedMs !== undefined

function kindOf(stretch: Stretch, { toleranceMs }: DifferenceOptions): Kind | undefined {
  const [before, after] = [stretch.before.filter(isFired), stretch.after.filter(isFired)]
  if (before.length + after.length === 0) return undefined
  // Of the same rule: one that was pending at the first look may have been so for long enough.
  const isUnknown = toleranceMs > 0 && [...stretch.before, ...stretch.after].some(isOlderPending)
  if (before.length === 0) return isUnknown ? undefined : 'new'
  if (after.length === 0) return isUnknown ? undefined : 'gone'
  if (before.length !== after.length) return 'split'
  const pairs = before.map((life, i) => [life, after[i] ?? life] as const)
  if (!pairs.every(([one, other]) => isSameTime(one, other, toleranceMs))) return 'moved'
  return pairs.every(([one, other]) => isSameText(one, other)) ? undefined : 'reworded'
}

const isOlderPending = (life: Life) => life.isOlder && !isFired(life)

function isSameTime(one: Life, other: Life, toleranceMs: number): boolean {
  const isNear = (a: number, b: number) => a === b || Math.abs(a - b) <= toleranceMs
  const [fired = 0, firedOther = 0] = [one.firedMs, other.firedMs]
  return (
    isNear(endOf(one), endOf(other)) &&
    (isNear(fired, firedOther) || mayBeSooner(one, other) || mayBeSooner(other, one))
  )
}

/** One that was there from the first look on may have fired as soon as the other. */
const mayBeSooner = ({ isOlder, firedMs = 0 }: Life, other: Life) =>
  isOlder && (other.firedMs ?? 0) <= firedMs

/** A record knows no texts: then there is nothing to compare. */
const isSameText = ({ annotations: one }: Life, { annotations: other }: Life) =>
  one === undefined || other === undefined || labelsKey(one) === labelsKey(other)

const startOf = ({ before, after }: Stretch) =>
  Math.min(...[...before, ...after].map(({ beganMs }) => beganMs))

/** One that is gone and one that is new, of the same element and at the same time, are one. */
function relabelled(all: readonly AlertDifference[]): readonly AlertDifference[] {
  const gone = Map.groupBy(
    all.filter(({ kind }) => kind === 'gone'),
    elementKey,
  )
  const taken = new Set<AlertDifference>()
  const joined = all
    .filter(({ kind }) => kind === 'new')
    .flatMap((one): AlertDifference[] => {
      const other = gone.get(elementKey(one))?.find((it) => !taken.has(it) && overlaps(it, one))
      if (other === undefined || labelsKey(other.labels) === labelsKey(one.labels)) return []
      taken.add(other).add(one)
      return [{ ...one, kind: 'relabelled', labelsBefore: other.labels, before: other.before }]
    })
  return [...all.filter((one) => !taken.has(one)), ...joined]
}

/** The alert's name, and the labels of the element before the rule adds its own. */
function elementKey({ labels, before, after }: AlertDifference): string {
  const element = (after.find(isFired) ?? before.find(isFired))?.element ?? {}
  return labelsKey({ ...element, alertname: labels['alertname'] ?? '' })
}

const overlaps = (one: Stretch, other: Stretch) =>
  one.before.some((a) => other.after.some((b) => a.beganMs < endOf(b) && b.beganMs < endOf(a)))
