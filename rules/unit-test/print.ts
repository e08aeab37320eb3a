/** Verdicts as text, in promtool's shape; a line that begins with `why:` is ours. */
import { formatDuration } from '#lib/duration'
import { formatExponent } from '#lib/go-number'
import type { Labels } from '#lib/labels'
import { sprintf } from '#template'
import { differenceLines } from './difference.ts'
import type { ShownAlert } from './test-file.ts'
import type { AlertVerdict, SampleVerdict, ShownSample, Verdict } from './verdict.ts'

export interface PrintOptions {
  /** Alerts side by side, in colours. */
  readonly asDifference: boolean
}

const inner = ' '.repeat(12)

export function verdictText(verdict: Verdict, options: PrintOptions): string {
  switch (verdict.kind) {
    case 'broken':
      return verdict.reason
    case 'samples':
      return samplesText(verdict)
    case 'alerts':
      return alertsText(verdict, options)
  }
}

function alertsText(verdict: AlertVerdict, { asDifference }: PrintOptions): string {
  const { test, alertname, atMs, expected, found, why } = verdict
  return [
    ...(test === '' ? [] : [`    name: ${test},`]),
    `    alertname: ${alertname}, time: ${formatDuration(atMs)}, `,
    ...(asDifference
      ? [`        diff: ${differenceLines(expected, found).join(`\n${inner}`)}`]
      : [`        exp:${listText(expected)}, `, `        got:${listText(found)}`]),
    ...whyLines(why),
  ].join('\n')
}

function listText(alerts: readonly ShownAlert[]): string {
  if (alerts.length === 0) return '[]'
  const entries = alerts.map(({ labels, annotations }, i) =>
    [
      `${inner}${i}:`,
      `${inner}  Labels:${labelsText(labels)}`,
      `${inner}  Annotations:${labelsText(annotations)}`,
    ].join('\n'),
  )
  return `[\n${entries.join(',\n')}\n${inner}]`
}

function samplesText({ expr, atMs, expected, found, why }: SampleVerdict): string {
  return [
    `    expr: ${sprintf('%q', [expr])}, time: ${formatDuration(atMs)},`,
    `        exp: ${sampleListText(expected)}`,
    `        got: ${sampleListText(found)}`,
    ...whyLines(why),
  ].join('\n')
}

const sampleListText = (samples: readonly ShownSample[]) =>
  samples.length === 0 ? 'nil' : samples.map(sampleText).join(', ')

const sampleText = ({ labels, value }: ShownSample) => `${labelsText(labels)} ${numberText(value)}`

/** `%E` with as few digits as name the number. */
const numberText = (value: number) =>
  Number.isFinite(value)
    ? formatExponent(value, 'shortest').toUpperCase()
    : formatExponent(value, 'shortest')

const whyLines = (why: readonly string[]) => why.map((reason) => `        why: ${reason}`)

/** As Go prints label sets: sorted, quoted, empty values included. */
function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${sprintf('%q', [value])}`)
  return `{${pairs.join(', ')}}`
}
