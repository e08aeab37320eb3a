/** Says why something failed once a change of reason, not every tick. */
import type { Log } from '#lib/log'

export interface Reasons {
  /** `reason` undefined: it works. Only what fails now is kept in memory. */
  tell(subject: string, reason: string | undefined): void
  /**
   * Why it fails now, fit to be a label: one short line, and no endless row of different ones,
   * since each makes a series. Undefined: it works.
   */
  labelOf(subject: string): string | undefined
}

const labelLettersMax = 160
const varietyMax = 8
const subjectsMax = 1000

/** `kind` is the field that names the subject: `collector`, `device`. */
export function createReasons(log: Log, kind: string): Reasons {
  const told = new Map<string, string>()
  /** What was ever shown of a subject. */
  const shown = new Map<string, Set<string>>()
  return {
    tell(subject, reason) {
      if (told.get(subject) === reason) return
      if (reason === undefined) {
        told.delete(subject)
        log.info({ [kind]: subject }, `The ${kind} can be read again`)
      } else {
        told.set(subject, reason)
        log.warn({ [kind]: subject, reason }, `The ${kind} cannot be read`)
      }
    },
    labelOf(subject) {
      const reason = told.get(subject)
      if (reason === undefined) return undefined
      const label = short(reason)
      const known = shown.get(subject) ?? new Set()
      if (known.size >= varietyMax && !known.has(label)) return 'It varies; the log has each reason'
      if (shown.size < subjectsMax) shown.set(subject, known.add(label))
      return label
    },
  }
}

function short(reason: string): string {
  const line = reason.replace(/\s+/g, ' ').trim()
  return line.length <= labelLettersMax ? line : `${line.slice(0, labelLettersMax - 1)}…`
}
