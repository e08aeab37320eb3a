/** What one tick said, and when: the text of `/metrics` at that time. */
export interface Tick {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly text: Buffer
}
