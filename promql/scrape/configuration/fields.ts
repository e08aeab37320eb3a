/** What fields of a configuration hold, read from texts. */
import { z } from 'zod'
import { parseDurationMs } from '#lib/duration'
import { parseSize } from '../../settings.ts'

/** Read by `read`; where that gives nothing it is refused, with what was `expected`. */
function read<T>(expected: string, read: (given: string) => T | undefined) {
  return z.string().transform((given, context): T => {
    const value = read(given.trim())
    if (value !== undefined) return value
    context.addIssue(`expected ${expected}, found "${given}"`)
    return z.NEVER
  })
}

const truths: Readonly<Record<string, boolean>> = {
  ...{ true: true, yes: true, on: true },
  ...{ false: false, no: false, off: false },
}

export const truth = read('true or false', (given) => truths[given.toLowerCase()])

export const whole = read('a whole number from 0', (given) =>
  /^\d{1,15}$/.test(given) ? Number(given) : undefined,
)

export const durationMs = read('a duration such as 15s', parseDurationMs)

/** 0: any. */
export const sizeBytes = read('a size such as 10MB', parseSize)

export const text = z.string()

export const texts = z.array(text)

/** One of these, in whatever case. */
export function oneOf<const T extends string>(names: readonly T[]) {
  return read(`one of ${names.join(', ')}`, (given) =>
    names.find((name) => name.toLowerCase() === given.toLowerCase()),
  )
}

export const labelName = read('a label name', (given) =>
  /^[a-zA-Z_]\w*$/.test(given) ? given : undefined,
)
