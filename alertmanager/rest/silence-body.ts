/** Reads the body of `POST /api/v2/silences`: first what it is made of, then what is missing. */
import { RE2JS } from 're2js'
import { messageOf } from '#lib/errors'
import type { Matcher } from '#lib/matcher'
import { isLabelName, type MatcherMode } from '../config/matchers.ts'
import { matcherOf, type SilenceDraft } from '../silences/silence-store.ts'
import type { StoredMatcher } from '../store/tables.ts'
import { plainRefusal, schemaRefusal } from './answer.ts'
import { isJson, type Json, kindOf, required, textIn, textsIn, timeIn, unreadable } from './body.ts'

export interface PostedSilence {
  readonly id: string | undefined
  readonly draft: SilenceDraft
}

export function silenceIn(given: unknown, mode: MatcherMode): PostedSilence {
  const body = given ?? {}
  if (!isJson(body)) throw unreadable('silence', `cannot unmarshal ${kindOf(body)} into a silence`)
  const texts = textFields(body)
  const matchers = matcherFields(body.matchers)
  const comment = present('comment', texts.comment)
  const createdBy = present('createdBy', texts.createdBy)
  const endsAt = present('endsAt', texts.endsAt)
  if (matchers === undefined) throw required('matchers in body')
  if (matchers.length === 0)
    throw schemaRefusal(422, 612, 'matchers in body should have at least 1 items')
  const stored = matchers.map(complete)
  const startsAt = present('startsAt', texts.startsAt)
  const draft = {
    annotations: texts.annotations ?? {},
    comment: storable(comment),
    createdBy: storable(createdBy),
    endsAtMs: Date.parse(endsAt),
    matchers: stored.map((matcher, i) => compiled(matcher, i, mode)),
    startsAtMs: Date.parse(startsAt),
  }
  return { id: texts.id || undefined, draft }
}

function textFields(body: Json) {
  return {
    id: textIn('silence', body.id),
    comment: textIn('silence', body.comment),
    createdBy: textIn('silence', body.createdBy),
    startsAt: timeIn('silence', body.startsAt),
    endsAt: timeIn('silence', body.endsAt),
    annotations: textsIn('silence', body.annotations),
  }
}

type GivenMatcher = { readonly [K in keyof StoredMatcher]?: StoredMatcher[K] | undefined }

function matcherFields(value: unknown): readonly GivenMatcher[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw unreadable('silence', 'matchers must be a list')
  return value.map((entry: unknown) => {
    if (!isJson(entry)) throw unreadable('silence', 'a matcher must be an object')
    return {
      name: textIn('silence', entry.name),
      value: textIn('silence', entry.value),
      isRegex: truthIn(entry.isRegex),
      isEqual: truthIn(entry.isEqual),
    }
  })
}

function truthIn(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean')
    throw unreadable('silence', `cannot unmarshal ${kindOf(value)} into a field of type bool`)
  return value
}

function complete(given: GivenMatcher, i: number): StoredMatcher {
  const { isRegex, name, value, isEqual = true } = given
  if (isRegex === undefined) throw required(`matchers.${i}.isRegex in body`)
  if (name === undefined) throw required(`matchers.${i}.name in body`)
  if (value === undefined) throw required(`matchers.${i}.value in body`)
  return { name, value, isRegex, isEqual }
}

function present(name: string, value: string | undefined): string {
  if (value === undefined) throw required(`${name} in body`)
  return value
}

function compiled(stored: StoredMatcher, i: number, mode: MatcherMode): Matcher {
  const { name, value, isRegex } = stored
  const refuse = (why: string) =>
    plainRefusal(400, `invalid silence: invalid label matcher ${i} in set 0: ${why}`)
  const isPlain = !`${name}${value}`.includes('\0') && value.isWellFormed()
  if (!isLabelName(name, mode) || !isPlain)
    throw refuse(`invalid label name ${JSON.stringify(name)}`)
  const why = isRegex ? regexFault(value) : undefined
  if (why !== undefined) throw refuse(`invalid regular expression ${JSON.stringify(value)}: ${why}`)
  return matcherOf(stored)
}

function regexFault(source: string): string | undefined {
  try {
    RE2JS.compile(source)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair. */
const storable = (text: string) => text.replaceAll('\0', '').toWellFormed()
