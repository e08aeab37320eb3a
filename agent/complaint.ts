/** Says why something fails once a change of reason, and once that it works again. */
import type { Log } from '#lib/log'

export interface Complaint {
  /** `reason` undefined: it works. */
  tell(reason: string | undefined): void
}

export interface ComplaintWords {
  readonly log: Log
  readonly fails: string
  readonly works: string
}

export function createComplaint({ log, fails, works }: ComplaintWords): Complaint {
  let told: string | undefined
  return {
    tell(reason) {
      if (reason === told) return
      told = reason
      if (reason === undefined) log.info({}, works)
      else log.warn({ reason }, fails)
    },
  }
}
