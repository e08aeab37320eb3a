/** Options that are templates: read with their defaults, filled in for each attempt. */
import { type Fields, text } from '../config/reader.ts'

export type Texts<N extends string> = Readonly<Record<N, string>>

/** What stands in the configuration, else what `defaults` says. */
export function readTemplates<N extends string>(own: Fields, defaults: Texts<N>): Texts<N> {
  const read = ([name, fallback]: [string, string]) => [name, own.optional(name, text) ?? fallback]
  // The same names go in and out.
  return Object.fromEntries(Object.entries<string>(defaults).map(read)) as Texts<N>
}

export function filled<N extends string>(
  templates: Texts<N>,
  fill: (template: string) => string,
): Texts<N> {
  const entries = Object.entries<string>(templates).map(([name, text]) => [name, fill(text)])
  return Object.fromEntries(entries) as Texts<N> // As above.
}

/** Many vendors take an absent field and refuse an empty one. */
export function withoutEmpty<T extends object>(body: T): Partial<T> {
  const said = Object.entries(body).filter(
    ([, value]) => value !== '' && value !== undefined && !(Array.isArray(value) && !value.length),
  )
  return Object.fromEntries(said) as Partial<T> // Only names of `T` are left.
}
