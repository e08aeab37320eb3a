/** What the query of a request asks for. */
import { messageOf } from '#lib/errors'
import { createMatcher, type Matcher, matchesAll } from '#lib/matcher'
import type { AlertConfig } from '../config/config.ts'
import { type MatcherMode, readMatcher } from '../config/matchers.ts'
import { plainRefusal } from './answer.ts'

export function matchersIn(
  query: URLSearchParams,
  mode: MatcherMode,
  name = 'filter',
): readonly Matcher[] {
  try {
    return query.getAll(name).flatMap((text) => readMatcher(text, mode).matchers)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const about = name === 'filter' ? '' : `failed to parse ${name} param: `
    throw plainRefusal(400, `${about}${whyNot(error)}`)
  }
}

/** By the receiver's name as a regex, and by its labels. */
export function receiverTest(
  query: URLSearchParams,
  mode: MatcherMode,
  { receivers }: AlertConfig,
): (name: string) => boolean {
  const isNamed = nameTest(query.getAll('receiver').at(-1) ?? '')
  const matchers = matchersIn(query, mode, 'receiver_matchers')
  if (matchers.length === 0) return isNamed
  return (name) => isNamed(name) && matchesAll(matchers, receiverLabels(receivers.get(name), name))
}

/** Its name is one of a receiver's labels. */
export const receiverLabels = (
  receiver: { readonly labels: Readonly<Record<string, string>> } | undefined,
  name: string,
) => ({ name, ...receiver?.labels })

function nameTest(given: string): (name: string) => boolean {
  if (given === '') return () => true
  try {
    const matcher = createMatcher('receiver', '=~', given)
    return (name) => matcher.matches({ receiver: name })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw plainRefusal(400, `failed to parse receiver param: ${whyNot(error)}`)
  }
}

/** A regex that does not compile says why in its cause. */
const whyNot = ({ message, cause }: SyntaxError) =>
  cause === undefined ? message : messageOf(cause)

/** As upstream reads them: absent is true, `true` and its like are true, all else is false. */
export function truthOf(query: URLSearchParams, name: string): boolean {
  const given = query.getAll(name).at(-1) ?? ''
  return given === '' || truths.has(given.toLowerCase())
}

const truths = new Set(['true', '1', 't', 'yes', 'y', 'on', 'ok', 'checked', 'selected', 'enabled'])
