/** What a verb is: one file in `verbs/`, one line in its list. */
export interface Verb {
  readonly name: string
  readonly usage: string
  readonly about: string
  /** Flags beside those of all verbs; the letter is the short form. */
  readonly flags: readonly FlagOf[]
  /** Lines for standard output. Throws what the user has to read instead. */
  run(asked: Asked): Promise<readonly string[]>
}

export interface FlagOf {
  readonly name: string
  readonly letter?: string
  readonly value: string
  readonly about: string
}

export type Output = 'simple' | 'extended' | 'json'

export interface Asked {
  readonly words: readonly string[]
  /** As given, each as often as it was. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  readonly url: string
  readonly output: Output
  readonly timeoutMs: number
  readonly dateFormat: string
  readonly author: string
}
