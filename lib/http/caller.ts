/** Who sends a request, as far as the server has made sure of it. */

export interface Caller {
  /** The user whose password was given. */
  readonly user: string | undefined
  /** The names in a client certificate that was verified: its common name, then its SANs. */
  readonly certificateNames: readonly string[]
}

export const nobody: Caller = Object.freeze({
  user: undefined,
  certificateNames: Object.freeze([]),
})
