/** What explanations call things. */
import { formatLabels } from '#lib/labels'
import type { Alert } from '../alert.ts'
import { formatMatchers } from '../config/matchers.ts'
import type { Silence } from '../silences/silences.ts'
import type { InhibitionFact } from './facts.ts'
import { timeText } from './time-text.ts'

export const formatAlert = ({ fingerprint, labels }: Pick<Alert, 'fingerprint' | 'labels'>) =>
  `${formatLabels(labels)} (${fingerprint})`

export function formatSilence(silence: Silence, nowMs: number): string {
  const { id, createdBy, comment, endsAtMs, matchers } = silence
  const until = `until ${timeText(endsAtMs, nowMs)}`
  return `silence ${id} by ${createdBy} ${until} (${formatMatchers(matchers)}, "${comment}")`
}

export function formatInhibition({ number, rule, source }: InhibitionFact): string {
  const name = rule.name === undefined ? '' : ` "${rule.name}"`
  const equal = rule.equal.length === 0 ? '' : `, equal ${rule.equal.join(', ')}`
  const sides = `source ${formatMatchers(rule.source)}, target ${formatMatchers(rule.target)}`
  return `inhibited by ${formatAlert(source)}: rule ${number}${name} (${sides}${equal})`
}
