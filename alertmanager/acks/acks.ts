/** What an acknowledgement is, and the index that finds the one of an alert. */
import type { Labels } from '#lib/labels'
import { familyOf } from './severity.ts'

export interface Ack {
  readonly id: string
  readonly fingerprint: string
  readonly labels: Labels
  readonly createdAtMs: number
  readonly createdBy: string
  readonly comment: string
  readonly expiresAtMs: number
  /** Absent: nothing has ended it before it expires. */
  readonly ended?: { readonly atMs: number; readonly because: EndReason }
}

/** Why an alert is worse than when somebody said that they work on it. */
export type Worsening = 'severity rose' | 'fired again' | 'others joined'

export type EndReason = Worsening | 'resolved' | 'deleted' | 'replaced'

export type AckState = 'active' | 'expired' | 'ended'

export function stateOf({ ended, expiresAtMs }: Ack, nowMs: number): AckState {
  if (ended !== undefined) return 'ended'
  return nowMs < expiresAtMs ? 'active' : 'expired'
}

export interface AckIndex {
  /** Adds one or replaces the one of its id; one that is over is dropped. */
  put(ack: Ack, nowMs: number): void
  /** The active one of an alert. */
  of(fingerprint: string, nowMs: number): Ack | undefined
  /** The active ones of alerts that differ from these labels in `severity` at most. */
  ofFamily(labels: Labels, nowMs: number): readonly Ack[]
  readonly size: number
}

export function createAckIndex(): AckIndex {
  const byAlert = new Map<string, Ack>()
  const families = new Map<string, Set<string>>()
  const drop = (ack: Ack) => {
    if (byAlert.get(ack.fingerprint)?.id !== ack.id) return
    byAlert.delete(ack.fingerprint)
    const key = familyOf(ack.labels)
    families.get(key)?.delete(ack.fingerprint)
    if (families.get(key)?.size === 0) families.delete(key)
  }
  const of = (fingerprint: string, nowMs: number) => {
    const ack = byAlert.get(fingerprint)
    if (ack === undefined || stateOf(ack, nowMs) === 'active') return ack
    drop(ack)
    return undefined
  }
  return {
    put(ack, nowMs) {
      drop(ack)
      if (stateOf(ack, nowMs) !== 'active') return
      byAlert.set(ack.fingerprint, ack)
      const key = familyOf(ack.labels)
      families.set(key, (families.get(key) ?? new Set()).add(ack.fingerprint))
    },
    of,
    ofFamily(labels, nowMs) {
      if (byAlert.size === 0) return []
      const names = [...(families.get(familyOf(labels)) ?? [])]
      return names.flatMap((fingerprint) => of(fingerprint, nowMs) ?? [])
    },
    get size() {
      return byAlert.size
    },
  }
}
