/** Stage `check`: fills in what a client left out and refuses what no alert can be. */
import { fingerprintOfPairs, type Labels, sortedPairs } from '#lib/labels'
import type { Stage } from '#lib/pipeline'
import type { Alert, Arrival } from '../alert.ts'
import type { AlertConfig } from '../config/config.ts'

export function check({ config }: { readonly config: AlertConfig }): Stage<Arrival> {
  return {
    name: 'check',
    async run(batch) {
      return batch.flatMap((arrival) => {
        const alert = checked(arrival, config.global.resolveTimeoutMs)
        return alert === undefined ? [] : [{ ...arrival, alert }]
      })
    },
  }
}

function checked(arrival: Arrival, resolveTimeoutMs: number): Alert | undefined {
  const { posted, receivedAtMs: nowMs } = arrival
  const pairs = sortedPairs(wellFormed(posted.labels))
  const labels = Object.fromEntries(pairs)
  const annotations = wellFormed(posted.annotations ?? {})
  const given = { startsAtMs: timeOf(posted.startsAt), endsAtMs: timeOf(posted.endsAt) }
  const startsAtMs = given.startsAtMs ?? given.endsAtMs ?? nowMs
  const endIsGuess = given.endsAtMs === undefined
  const endsAtMs = given.endsAtMs ?? nowMs + resolveTimeoutMs
  const reason = faultOf({ labels, annotations, startsAtMs, endsAtMs })
  if (reason !== undefined) {
    arrival.refuse(reason)
    return undefined
  }
  return {
    fingerprint: fingerprintOfPairs(pairs),
    labels,
    annotations,
    generatorUrl: posted.generatorURL ?? '',
    startsAtMs,
    endsAtMs,
    updatedAtMs: nowMs,
    endIsGuess,
  }
}

function faultOf(alert: Pick<Alert, 'labels' | 'annotations' | 'startsAtMs' | 'endsAtMs'>) {
  const { labels, annotations, startsAtMs, endsAtMs } = alert
  if (endsAtMs < startsAtMs) return 'start time must be before end time'
  if (Object.keys(labels).length === 0) return 'at least one label pair required'
  if ('' in labels) return 'invalid label set: invalid name ""'
  if ('' in annotations) return 'invalid annotations: invalid name ""'
  const unstorable = nulIn(labels) ?? nulIn(annotations)
  return unstorable && `invalid label set: a NUL character in ${JSON.stringify(unstorable)}`
}

/** The name of a label that has one in its name or value. */
function nulIn(labels: Labels): string | undefined {
  for (const name in labels) if (name.includes('\0') || labels[name]?.includes('\0')) return name
  return undefined
}

/** Go's zero time counts as not given, as it does upstream. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || text.startsWith('0001-01-01T00:00:00')) return undefined
  return Date.parse(text)
}

/** Half a surrogate pair cannot be stored; Go would have replaced it as well. */
function wellFormed(labels: Labels): Labels {
  if (isWellFormed(labels)) return labels
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
  )
}

function isWellFormed(labels: Labels): boolean {
  for (const name in labels) if (!name.isWellFormed() || !labels[name]?.isWellFormed()) return false
  return true
}
