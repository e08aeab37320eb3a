/** Where ours is not to answer as a Prometheus does, each with the reason. */
import type { Version } from './dialect.ts'

export interface Question {
  readonly text: string
  readonly atMs: number
  /** From there to `atMs`, in steps; absent: asked for one time. */
  readonly range?: { readonly startMs: number; readonly stepMs: number }
}

interface Deviation {
  readonly what: string
  readonly of: readonly Version[]
  holds(question: Question, error: string): boolean
}

const deviations: readonly Deviation[] = [
  {
    what: 'a text or a pinned range in parentheses is an error of its own making',
    of: ['2.42', '3.5'],
    holds: (_, error) => /^unexpected (?:number of samples$|result in StepInvariant)/.test(error),
  },
  {
    what: 'a step of less than half a millisecond is divided by, and refused by ours',
    of: ['3.5'],
    holds: (_, error) => /integer divide by zero/.test(error),
  },
  {
    what: 'a duration that is reckoned beyond 290 years turns over, and is refused by ours',
    of: ['3.5'],
    holds: ({ text }) => /(?:\[|\boffset\b)[^\]]*\d{9}[^\]]*[-+*/^]/i.test(text),
  },
  {
    what: 'steps are left out where a forecast is pinned, though each is answered on its own',
    of: ['2.42', '3.5'],
    holds: ({ text, range }) => range !== undefined && /predict_linear.*@/s.test(text),
  },
  {
    what: 'last_over_time of a subquery forgets that a name was to go; later versions do not',
    of: ['3.5'],
    holds: ({ text }) => /last_over_time\s*\(.*\[[^\]]*:/s.test(text),
  },
  {
    what: 'a series whose name is to go and one whose name stays are one, as the first step has it',
    of: ['3.5'],
    holds: ({ text, range }) => range !== undefined && /\bor\b/i.test(text),
  },
  {
    what: 'where a subquery is moved to begin when what is around it does, a pin in it is moved too',
    of: ['2.42', '3.5'],
    holds: ({ text }) => /@.*\[[^\]]*:[^\]]*\]\s*(?:offset\s*-|@.*\[[^\]]*:)/s.test(text),
  },
  {
    what: 'what makes much of the last bits of a number that is not exact',
    of: ['2.42', '3.5'],
    holds: ({ text }) => inexact.test(text) && jumping.test(text),
  },
  {
    what: 'info is an experiment, and answers otherwise than later',
    of: ['3.5'],
    holds: ({ text }) => /\binfo\s*\(/.test(text),
  },
  {
    what: 'a bound within the lowest bucket makes a fraction no number; later versions mend that',
    of: ['3.5'],
    holds: ({ text }) => /\bhistogram_fraction\b/.test(text),
  },
  {
    what: 'ours takes the word for the modifier, whatever stands before the remark',
    of: ['2.42', '3.5'],
    holds: ({ text }) => /#[^\n]*\n\s*(?:and|or|unless|atan2)?\s*offset\b/i.test(text),
  },
]

/** Each of these gives a few last bits of its own; what jumps makes much of them. */
const inexact = /\b(?:avg\w*|exp|ln|log2|log10|sqrt|a?(?:sin|cos|tan)h?|atan2|deg|rad|std\w+)\b|\^/i
const jumping =
  /%|[<>]|[!=]=|\b(?:floor|ceil|round|sgn|changes|resets|topk|bottomk|count_values|quantile)\b/i

/** `error` is what theirs says. */
export function deviationOf(question: Question, version: Version, error: string) {
  return deviations.find(({ of, holds }) => of.includes(version) && holds(question, error))?.what
}
