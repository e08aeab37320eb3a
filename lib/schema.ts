/**
 * Kinds and their fields. A kind is one value; table rows, REST routes, OpenAPI, query and status
 * columns are computed from it, not generated from it.
 */
import { z } from 'zod'

/** How a query compares a field; `value` (lists and objects) is shown and not compared. */
export type Comparison = 'text' | 'number' | 'boolean' | 'time' | 'value'

export interface Field<T = unknown> {
  /** One sentence. */
  readonly about: string
  readonly schema: z.ZodType<T>
  readonly comparison: Comparison
  readonly isOptional?: boolean
}

export interface OptionalField<T = unknown> extends Field<T> {
  readonly isOptional: true
}

export type Fields = Readonly<Record<string, Field>>

/** What a caller may ask of a kind or of one resource; a job or an answer follows. */
export interface Operation {
  readonly about: string
  /** What the body holds; none: the body may be absent. */
  readonly input: Fields
  /** Codes of the error catalogue that it answers with, beside those of every route. */
  readonly faults: readonly string[]
}

export interface Kind<F extends Fields = Fields> {
  readonly name: string
  readonly plural: string
  /** One sentence. */
  readonly about: string
  /** The kind of the resource above it; absent: it stands at the top or alone. */
  readonly parent?: string
  readonly fields: F
  readonly create?: Operation
  readonly remove?: Operation
  readonly actions: Readonly<Record<string, Operation>>
}

/** What the fields of a kind hold, as TypeScript sees it. */
export type FieldsOf<K> =
  K extends Kind<infer F>
    ? {
        readonly [N in keyof F as F[N] extends OptionalField ? never : N]: ValueOf<F[N]>
      } & {
        readonly [N in keyof F as F[N] extends OptionalField ? N : never]?:
          | ValueOf<F[N]>
          | undefined
      }
    : never

type ValueOf<F> = F extends Field<infer T> ? T : never

/** What every resource has, whatever its kind. */
export const resourceFields = {
  id: { ...text('Its id.'), schema: z.uuid() },
  name: text('What people call it.'),
  parentId: optional({ ...text('The resource above it.'), schema: z.uuid() }),
  createdAt: time('When it was first seen or asked for.'),
  updatedAt: time('When it last changed.'),
  version: count('Grows with every change.'),
}

export interface Resource<K extends Kind = Kind> {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly parentId?: string | undefined
  readonly createdAt: string
  readonly updatedAt: string
  readonly version: number
  readonly fields: FieldsOf<K>
}

export function defineKind<const F extends Fields>(
  kind: Omit<Kind<F>, 'actions'> & { readonly actions?: Kind['actions'] },
): Kind<F> {
  return { actions: {}, ...kind }
}

export function text(
  about: string,
  { longest = 255, pattern }: { longest?: number; pattern?: RegExp } = {},
): Field<string> {
  const bounded = z.string().min(1).max(longest)
  const schema = pattern === undefined ? bounded : bounded.regex(pattern)
  return { about, schema, comparison: 'text' }
}

export function count(
  about: string,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {},
): Field<number> {
  return { about, schema: z.int().min(least).max(most), comparison: 'number' }
}

export function truth(about: string): Field<boolean> {
  return { about, schema: z.boolean(), comparison: 'boolean' }
}

/** RFC 3339 in UTC with milliseconds, so that texts sort as times do. */
export function time(about: string): Field<string> {
  return { about, schema: z.iso.datetime({ precision: 3 }), comparison: 'time' }
}

export function choice<const T extends string>(about: string, of: readonly T[]): Field<T> {
  return { about, schema: z.enum(of), comparison: 'text' }
}

/** A list or an object. */
export function value<T>(about: string, schema: z.ZodType<T>): Field<T> {
  return { about, schema, comparison: 'value' }
}

export function optional<T>(field: Field<T>): OptionalField<T> {
  return { ...field, isOptional: true }
}

/** One object schema of several fields; a name that is not among them is refused. */
export function schemaOf(fields: Fields): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(fields).map(([name, { schema, about, isOptional }]) => {
        const described = schema.describe(about)
        return [name, isOptional ? described.optional() : described]
      }),
    ),
  )
}

/** What is wrong with a value, one clause a fault: `copies: Too big: expected number to be <=3`. */
export function complaintsOf(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ')
}
