/**
 * One label name of the index: its values, and the series that have each. What a regex matches is
 * found out once for each value, and remembered for as long as the regex is asked.
 */
import type { Matcher } from '#lib/matcher'
import { literalsOf } from './literal-regex.ts'

/** A value, and the series that have it. */
export interface Holders<S> {
  readonly id: number
  readonly value: string
  series: S[]
}

export interface LabelIndex<S> {
  readonly name: string
  readonly values: ReadonlyMap<string, Holders<S>>
  /** The holders of a value, made where there are none; `id` is asked for then. */
  hold(value: string, id: () => number): Holders<S>
  /** Forgets a value that nobody has any more. */
  drop(value: string): void
  /** The values that a matcher holds for. */
  matched(matcher: Matcher): Matched<S>
}

export interface Matched<S> {
  readonly values: ReadonlySet<string>
  readonly holders: readonly Holders<S>[]
}

/** What a regex was found to match among the first `scanned` values. */
interface Answer<S> {
  readonly values: Set<string>
  readonly holders: Holders<S>[]
  scanned: number
  drops: number
}

const answersMax = 64

export function createLabelIndex<S>(name: string): LabelIndex<S> {
  const values = new Map<string, Holders<S>>()
  /** In the order in which they came; after a drop it is made when it is asked for. */
  let inOrder: Holders<S>[] | undefined = []
  let drops = 0
  const answers = new Map<string, Answer<S>>()

  const scan = (answer: Answer<S>, matches: (value: string) => boolean) => {
    inOrder ??= [...values.values()]
    for (; answer.scanned < inOrder.length; answer.scanned++) {
      const holders = inOrder[answer.scanned]
      if (holders === undefined || !matches(holders.value)) continue
      answer.values.add(holders.value)
      answer.holders.push(holders)
    }
  }
  const answerOf = (matcher: Matcher): Answer<S> => {
    const key = `${matcher.operator}${matcher.value}`
    let answer = answers.get(key)
    if (answer === undefined || answer.drops !== drops)
      answer = { values: new Set(), holders: [], scanned: 0, drops }
    answers.delete(key)
    answers.set(key, answer) // The one asked last goes last.
    const [oldest] = answers.keys()
    if (answers.size > answersMax && oldest !== undefined) answers.delete(oldest)
    return answer
  }
  return {
    name,
    values,
    hold(value, id) {
      const known = values.get(value)
      if (known !== undefined) return known
      const holders = { id: id(), value, series: [] }
      values.set(value, holders)
      inOrder?.push(holders)
      return holders
    },
    drop(value) {
      if (!values.delete(value)) return
      drops++
      inOrder = undefined
    },
    matched(matcher) {
      const literals = literalsOf(matcher)
      if (literals !== undefined) return found(values, literals)
      const answer = answerOf(matcher)
      scan(answer, (value) => matcher.matches({ [name]: value }))
      return answer
    },
  }
}

function found<S>(
  values: ReadonlyMap<string, Holders<S>>,
  wanted: ReadonlySet<string>,
): Matched<S> {
  const holders = [...wanted].map((value) => values.get(value)).filter((one) => one !== undefined)
  return { values: wanted, holders }
}
