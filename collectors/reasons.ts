/** Says why something failed once a change of reason, not every tick. */
import type { Log } from '#lib/log'

export interface Reasons {
  /** `reason` undefined: it works. Only what fails now is kept in memory. */
  tell(subject: string, reason: string | undefined): void
}

/** `kind` is the field that names the subject: `collector`, `device`. */
export function createReasons(log: Log, kind: string): Reasons {
  const told = new Map<string, string>()
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
  }
}
