/** The functions of alert texts besides Go's own, by Prometheus's names. One is one entry. */
import { parseDurationMs } from '#lib/duration'
import {
  escapeQuery,
  type GoFunction,
  GoMap,
  goFunction,
  lower,
  matches,
  replaceAll,
  SafeText,
  upper,
  type Value,
  variadic,
} from '#template'
import type { Element } from '../world.ts'
import { stripDomain, stripPort } from './host-port.ts'
import { numberOf, onNumbers, secondsAsDuration } from './numbers.ts'
import { onSamples, samplesOf } from './samples.ts'

/** One walk through a text; it ends early where a query has no answer yet. */
export interface Rendering {
  readonly scope: { readonly externalUrl: string; readonly atMs: number }
  readonly answers: ReadonlyMap<string, Answer>
  /** The query that it ended at. */
  asked?: string
}

export type Answer = readonly Element[] | Error

/** `rendering` is the text that is being rendered when a function is called. */
export function createFunctions(rendering: () => Rendering): Readonly<Record<string, GoFunction>> {
  const url = () => rendering().scope.externalUrl
  return {
    ...onText,
    ...onNumbers,
    ...onSamples,
    query: goFunction(['string'], (expr) => samplesOf(answerTo(expr, rendering()))),
    externalURL: goFunction([], url),
    pathPrefix: goFunction([], () => URL.parse(url())?.pathname.replace(/\/+$/, '') ?? ''),
    now: goFunction([], () => rendering().scope.atMs / 1000),
  }
}

/** A query without an answer ends the walk; the text is rendered again when there is one. */
function answerTo(expr: string, rendering: Rendering) {
  const answer = rendering.answers.get(expr)
  if (answer === undefined) rendering.asked = expr
  if (answer === undefined) throw new Error('not asked yet')
  if (answer instanceof Error) throw answer
  return answer
}

const linkTo = (tab: 0 | 1) =>
  goFunction(['string'], (expr) => `/graph?g0.expr=${escapeQuery(expr)}&g0.tab=${tab}`)

const onText: Readonly<Record<string, GoFunction>> = {
  title: goFunction(['string'], title),
  toUpper: goFunction(['string'], upper),
  toLower: goFunction(['string'], lower),
  match: goFunction(['string', 'string'], matches),
  reReplaceAll: goFunction(['string', 'string', 'string'], replaceAll),
  safeHtml: goFunction(['string'], (text) => new SafeText('HTML', text)),
  urlQueryEscape: goFunction(['string'], escapeQuery),
  tableLink: linkTo(1),
  graphLink: linkTo(0),
  stripPort: goFunction(['string'], stripPort),
  stripDomain: goFunction(['string'], stripDomain),
  parseDuration: goFunction(['string'], parseDuration),
  toDuration: goFunction(['interface {}'], (value) => secondsAsDuration(numberOf(value))),
  args: variadic([], 'interface {}', (...values) => argsOf(values)),
}

/** Capitals at the start of each word. Beyond ASCII only spaces part words. */
function title(text: string): string {
  return text.replace(
    /(^|[\0-/:-@[-^`{-\x7f]|(?![\p{L}\p{Nd}])\s)(.)/gsu,
    (_, before: string, letter: string) => before + upper(letter),
  )
}

function parseDuration(text: string): Value {
  if (text === '') throw new Error('empty duration string')
  const ms = parseDurationMs(text)
  if (ms === undefined) throw new Error(`not a valid duration string: ${JSON.stringify(text)}`)
  return ms / 1000
}

const argsOf = (values: readonly Value[]) =>
  new GoMap(new Map(values.map((value, i) => [`arg${i}`, value])))
