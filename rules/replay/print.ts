/** A replay as text for a terminal: what has changed in one line, then each alert. */
import { tableOf } from '#lib/table'
import type { RuleChange } from './definition.ts'
import { kinds, livesLines } from './print-lives.ts'
import { toldLines } from './print-told.ts'
import { unjudgedLines } from './print-unjudged.ts'
import type { Replay } from './replay.ts'
import { change, fullTime, lasting, listed, oneLine } from './shown.ts'
import type { Totals } from './totals.ts'

const rulesMax = 40
/** Two texts of this length in all stand on one line. */
const textMax = 140

export function printReplay(replay: Replay): string {
  const sections = [
    headLines(replay),
    section('Changed rules', changeLines(replay)),
    section('Alerts', totalLines(replay)),
    ...kinds.map(({ kind, title }) => section(title, livesLines(replay, kind))),
    section('Notifications', toldLines(replay.notifications)),
    section('Not judged', unjudgedLines(replay)),
    section('Notes', replay.notes),
  ]
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${texts.join('\n\n')}\n`
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]

function headLines(replay: Replay): readonly string[] {
  const { window, source, compares, evaluated } = replay
  const { fromMs, toMs } = window
  const what =
    compares === 'record'
      ? 'before: what the running rules recorded; after: what comes out of them anew'
      : `rules evaluated: ${evaluated.before} before, ${evaluated.after} after; else as recorded`
  const time = `${fullTime(fromMs)} to ${fullTime(toMs)} UTC (${lasting(toMs - fromMs)})`
  return [summaryOf(replay), `${time}, ${source}`, what]
}

function summaryOf({ differences, notifications, gaps, unjudged }: Replay): string {
  const counts = kinds.flatMap(({ kind, words }) => {
    const count = differences.filter((one) => one.kind === kind).length
    return count === 0 ? [] : [`${count} ${words}`]
  })
  const told = (side: 'before' | 'after') =>
    String(notifications?.receivers.reduce((sum, one) => sum + one[side].notifications, 0))
  const parts = [
    counts.length === 0 ? 'The same alerts fire' : `Alerts that fire: ${counts.join(', ')}`,
    ...(notifications === undefined
      ? []
      : [`notifications: ${change(told('before'), told('after'))}`]),
    ...(gaps.length + unjudged.length > 0 ? ['not everything could be judged'] : []),
  ]
  return parts.join('; ')
}

function changeLines({ changes, placements, compares }: Replay): readonly string[] {
  if (compares === 'record') return []
  const files = placements.map(({ file, inPlaceOf }) =>
    inPlaceOf.length === 0 ? `${file}, beside what runs` : `${file} for ${inPlaceOf.join(', ')}`,
  )
  if (changes.length === 0) return [...files, 'no rule is another than before']
  return [...files, ...listed(changes.flatMap(changeText), rulesMax, 'lines')]
}

function changeText({ rule, kind, fields }: RuleChange): readonly string[] {
  if (kind !== 'changed') return [`${rule}  ${kind}`]
  return fields.flatMap(({ field, before = 'none', after = 'none' }) => {
    const [one, other] = [oneLine(before), oneLine(after)]
    if (one.length + other.length <= textMax) return [`${rule}  ${field}: ${one} → ${other}`]
    return [`${rule}  ${field}:`, `  - ${one}`, `  + ${other}`]
  })
}

function totalLines({ totals }: Replay): readonly string[] {
  if (totals.length === 0) return ['none fires, neither before nor after']
  const changed = totals.filter((one) => !isSame(one.before, one.after))
  const sum = (name: keyof Totals, side: 'before' | 'after') =>
    totals.reduce((all, one) => all + one[side][name], 0)
  const all = (side: 'before' | 'after'): Totals => ({
    fired: sum('fired', side),
    firedAgain: sum('firedAgain', side),
    firingMs: sum('firingMs', side),
  })
  const rows = [...changed, { name: 'all of them', before: all('before'), after: all('after') }]
  return tableOf([
    ['', 'fired', 'again within an hour', 'firing for'],
    ...rows.map(({ name, before, after }) => [
      name,
      change(String(before.fired), String(after.fired)),
      change(String(before.firedAgain), String(after.firedAgain)),
      change(lasting(before.firingMs), lasting(after.firingMs)),
    ]),
  ])
}

const isSame = (one: Totals, other: Totals) =>
  one.fired === other.fired &&
  one.firedAgain === other.firedAgain &&
  one.firingMs === other.firingMs
