/** One configuration and the judgement of it. */
export interface ConfigSample {
  readonly name: string
  readonly yaml: string
  readonly isValid: boolean
  /** What our refusal says. */
  readonly says?: string
  /** What of it came to upstream, and when: an older amtool refuses it. */
  readonly since?: string
}
