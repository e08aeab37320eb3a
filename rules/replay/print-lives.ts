/** Alerts that are otherwise, one by one. */
import { formatLabels, type Labels } from '#lib/labels'
import type { AlertDifference, Kind } from './difference.ts'
import type { Window } from './grid.ts'
import type { Life } from './lives.ts'
import type { Replay } from './replay.ts'
import { dayTime, lasting, listed, oneLine } from './shown.ts'

export interface KindText {
  readonly kind: Kind
  /** After a number. */
  readonly words: string
  readonly title: string
}

export const kinds: readonly KindText[] = [
  { kind: 'gone', words: 'no more', title: 'Would fire no more' },
  { kind: 'new', words: 'besides', title: 'Would fire besides' },
  { kind: 'moved', words: 'at other times', title: 'Would fire at other times' },
  { kind: 'split', words: 'more or less often', title: 'Would fire more or less often' },
  { kind: 'relabelled', words: 'with other labels', title: 'Would fire with other labels' },
  { kind: 'reworded', words: 'with other texts', title: 'Would say something else' },
]

const alertsMax = 40
/** Firings of one alert that are listed. */
const firingsMax = 4

export function livesLines(
  { differences, window }: Pick<Replay, 'differences' | 'window'>,
  kind: Kind,
): readonly string[] {
  const all = differences.filter((one) => one.kind === kind)
  return listed(
    all.map((one) => [nameOf(one.labels), ...detailsOf(one, window)].join('\n    ')),
    alertsMax,
    'alerts',
  )
}

function nameOf({ alertname = '', ...labels }: Labels): string {
  return Object.keys(labels).length === 0 ? alertname : alertname + formatLabels(labels)
}

function detailsOf(one: AlertDifference, window: Window): readonly string[] {
  const { kind, before, after, labelsBefore } = one
  const [was, would] = [before.filter(isFired), after.filter(isFired)]
  const show = (lives: readonly Life[]) => firingsText(lives, window)
  switch (kind) {
    case 'gone':
      return [
        show(was),
        ...after.slice(0, 1).map((life) => `now only pending ${spanOf(life, window)}`),
      ]
    case 'new':
      return [
        show(would),
        ...before.slice(0, 1).map((life) => `before only pending ${spanOf(life, window)}`),
      ]
    case 'relabelled':
      return [`was ${nameOf(labelsBefore ?? {})}`, `before ${show(was)}`, `after  ${show(would)}`]
    case 'reworded':
      return textChanges(was, would)
    default:
      return [`before ${show(was)}`, `after  ${show(would)}${shiftText(was, would)}`]
  }
}

const isFired = ({ firedMs }: Life) => firedMs !== undefined

function firingsText(lives: readonly Life[], window: Window): string {
  const shown = lives.slice(0, firingsMax).map((life) => firingOf(life, window))
  const more = lives.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function firingOf({ firedMs = 0, endedMs, isOlder, beganMs }: Life, { toMs }: Window): string {
  const from = isOlder && beganMs === firedMs ? `before ${dayTime(firedMs)}` : dayTime(firedMs)
  if (endedMs === undefined) return `${from} .. still (${lasting(toMs - firedMs)})`
  return `${from} .. ${dayTime(endedMs)} (${lasting(endedMs - firedMs)})`
}

function spanOf({ beganMs, endedMs, isOlder }: Life, { toMs }: Window): string {
  const from = isOlder ? `before ${dayTime(beganMs)}` : dayTime(beganMs)
  const to = endedMs === undefined ? 'still' : dayTime(endedMs)
  return `${from} .. ${to} (${lasting((endedMs ?? toMs) - beganMs)})`
}

/** Of one firing each: how much earlier or later it begins and ends. */
function shiftText([was, ...others]: readonly Life[], [would]: readonly Life[]): string {
  if (was === undefined || would === undefined || others.length > 0) return ''
  const parts = [
    ['fires', was.firedMs, would.firedMs] as const,
    ['ends', was.endedMs, would.endedMs] as const,
  ].flatMap(([verb, one, other]) => {
    if (one === undefined || other === undefined || one === other) return []
    const isLater = other > one
    return [`${verb} ${lasting(Math.abs(other - one))} ${isLater ? 'later' : 'earlier'}`]
  })
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

/** The first firing tells it; the others differ in the same way. */
function textChanges([was]: readonly Life[], [would]: readonly Life[]): readonly string[] {
  const [one = {}, other = {}] = [was?.annotations, would?.annotations]
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names]
    .filter((name) => one[name] !== other[name])
    .flatMap((name) => [
      `${name} - ${oneLine(one[name] ?? 'none')}`,
      `${name} + ${oneLine(other[name] ?? 'none')}`,
    ])
}
