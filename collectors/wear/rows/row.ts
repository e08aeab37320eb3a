/** One row of the table that says what a vendor's attributes mean for wear. */
import type { Drive } from '../drive.ts'

export interface WearRow {
  /** Named after the controller or the vendor, then the attribute. */
  readonly name: string
  /** Why the attribute is read this way. */
  readonly why: string
  /** Whether this drive is one whose attribute has that meaning. */
  readonly speaksFor: (drive: Drive) => boolean
  /** Percent of endurance used; undefined: the attribute says nothing here, ask the next row. */
  readonly read: (drive: Drive) => number | undefined
}

/** What is left, normalised from 100 down: the most common of all forms. */
export const left =
  (id: number) =>
  (drive: Drive): number | undefined => {
    const value = drive.value(id)
    return value === undefined || value > 100 ? undefined : 100 - value
  }

/** The raw value is what is left. */
export const rawLeft =
  (id: number) =>
  (drive: Drive): number | undefined => {
    const raw = drive.raw(id)
    return raw === undefined || raw > 100 ? undefined : 100 - raw
  }

/**
 * Whether 231 is, beside its extremes; the mere name is not enough, as older databases call a
 * life that is left a temperature as well.
 */
export function isWarmth(drive: Drive): boolean {
  const raw = drive.raw(231) ?? 0
  return /[a-z]_temp/i.test(drive.name(231)) || (raw > 0xffff && raw % 256 === drive.value(231))
}
