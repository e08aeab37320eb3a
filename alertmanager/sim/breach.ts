/** A promise that was not kept, and how long a promise may take. */
export interface Breach {
  readonly promise: string
  readonly atMs: number
  readonly about: string
  /** Of the receiver and group that it was seen at. */
  readonly where: string
  readonly groupKey: string
}

export const margins = {
  /** From what is due to what is told, where nothing stands in the way. */
  slackMs: 6000,
  /** Until the alertmanager works as ever after a crash or an absence of the store. */
  recoveryMs: 25_000,
  /** Until a store that does not answer counts as away. */
  awayMs: 10_000,
  /** Until a receiver that is back has been told what it missed: pauses grow to 5 minutes. */
  outageMs: 420_000,
}
