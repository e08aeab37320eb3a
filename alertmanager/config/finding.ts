/** Something in a configuration that is valid and odd. */
import type { Where } from './reader.ts'

export interface Finding extends Where {
  /** Which check it is of. */
  readonly check: string
  /** The thing and its state. */
  readonly what: string
  readonly remedy: string
}

/** `at`: the value of the configuration that is odd. */
export type Found = Omit<Finding, keyof Where> & { readonly at: object }

/** In one line. */
export const findingText = ({ line, path, what, remedy }: Finding): string =>
  `line ${line}, ${path}: ${what}; ${remedy}`
