/** Expected errors: the world said no. Each has a code from a catalogue; `api/errors` is ours. */

export interface FaultKind {
  /** The HTTP status that answers it. */
  readonly status: number
  /** Whether the same request may succeed later, unchanged. */
  readonly retry: boolean
  /** The sentence for people; `{name}` is replaced by the detail of that name. */
  readonly message: string
}

export type Details = Readonly<Record<string, unknown>>

export class ZstoneError extends Error {
  override readonly name = 'ZstoneError'
  readonly code: string
  readonly status: number
  readonly retry: boolean
  readonly details: Details

  constructor(code: string, kind: FaultKind, given: { details: Details; cause?: unknown }) {
    super(
      fill(kind.message, given.details),
      given.cause === undefined ? {} : { cause: given.cause },
    )
    this.code = code
    this.status = kind.status
    this.retry = kind.retry
    this.details = given.details
  }
}

/** Makes the function that builds errors of a catalogue: `throw fault('POOL_NOT_EMPTY', {…})`. */
export function faultsOf<Code extends string>(catalogue: Readonly<Record<Code, FaultKind>>) {
  return (code: Code, details: Details = {}, cause?: unknown): ZstoneError =>
    new ZstoneError(code, catalogue[code], { details, cause })
}

/** What a person reads of an error, with its causes: `a: because b`. */
export function messageOf(error: unknown): string {
  if (!isErrorLike(error)) return String(error)
  const { message, cause, errors } = error
  if (message === '' && errors !== undefined) return errors.map(messageOf).join('; ')
  return cause === undefined ? message : `${message}: ${messageOf(cause)}`
}

/** What a system or a database calls its error: `ENOSPC`; undefined where it says nothing. */
export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

interface ErrorLike {
  readonly message: string
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

/** By shape: an error of another realm, such as a worker or a test, is no `instanceof Error`. */
function isErrorLike(error: unknown): error is ErrorLike {
  return typeof error === 'object' && error !== null && 'message' in error
}

function fill(template: string, details: Details): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? `{${name}}`))
}
