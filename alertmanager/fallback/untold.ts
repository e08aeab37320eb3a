/**
 * Alerts that began to fire here lately, and of which it is not known that anybody was told. Only
 * they are told from memory while the store is away: of everything else the store knows better.
 */
import type { Alert } from '../alert.ts'

export interface Untold {
  began(alert: Alert, nowMs: number): void
  told(fingerprints: Iterable<string>): void
  /** Told as firing while the store was away, so that their end has to be told in any case. */
  toldFromMemory(fingerprints: Iterable<string>): void
  wasToldFromMemory(fingerprint: string): boolean
  /** Fingerprints; those that are too old to be news are dropped. */
  current(nowMs: number): ReadonlySet<string>
}

const limits = {
  /** Longer than a usual wait and interval: what was held back until then is held back. */
  rememberMs: 15 * 60_000,
  remembered: 200_000,
}

export function createUntold(): Untold {
  const beganAt = new Map<string, number>()
  const fromMemory = new Set<string>()
  return {
    began({ fingerprint }, nowMs) {
      beganAt.delete(fingerprint)
      beganAt.set(fingerprint, nowMs)
      const [oldest] = beganAt.keys()
      if (beganAt.size > limits.remembered && oldest !== undefined) beganAt.delete(oldest)
    },
    told(fingerprints) {
      for (const fingerprint of fingerprints) beganAt.delete(fingerprint)
    },
    toldFromMemory(fingerprints) {
      for (const fingerprint of fingerprints) fromMemory.add(fingerprint)
      const [oldest] = fromMemory
      if (fromMemory.size > limits.remembered && oldest !== undefined) fromMemory.delete(oldest)
    },
    wasToldFromMemory: (fingerprint) => fromMemory.has(fingerprint),
    current(nowMs) {
      for (const [fingerprint, atMs] of beganAt) {
        if (atMs > nowMs - limits.rememberMs) break
        beganAt.delete(fingerprint)
      }
      return new Set(beganAt.keys())
    },
  }
}
