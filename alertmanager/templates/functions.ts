/** The functions that notification templates have besides Go's own; upstream's names. */
import { Buffer } from 'node:buffer'
import {
  formatTime,
  GoDuration,
  type GoFunction,
  GoList,
  GoMap,
  GoTime,
  goFunction,
  humanizeDuration,
  lower,
  matches,
  parseLayout,
  replaceAll,
  SafeText,
  stringList,
  timeOfMs,
  toJson,
  typeOf,
  upper,
  type Value,
  variadic,
  zeroTime,
  zoneOf,
} from '#template'

export interface FunctionsWorld {
  readonly nowMs: () => number
  /** Of the notification that is being rendered. */
  readonly routeLabels: () => Value
}

export function createFunctions(world: FunctionsWorld): Readonly<Record<string, GoFunction>> {
  const now = () => timeOfMs(world.nowMs())
  return {
    ...onText,
    ...onTimes,
    ...onLists,
    now: goFunction([], now),
    since: goFunction(['time.Time'], ({ epochNs }) => new GoDuration(now().epochNs - epochNs)),
    routeLabels: goFunction([], world.routeLabels),
  }
}

const onText: Readonly<Record<string, GoFunction>> = {
  toUpper: goFunction(['string'], upper),
  toLower: goFunction(['string'], lower),
  title: goFunction(['string'], title),
  trimSpace: goFunction(['string'], (text) => text.trim()),
  join: goFunction(['string', '[]string'], (separator, { items }) => items.join(separator)),
  match: goFunction(['string', 'string'], matches),
  reReplaceAll: goFunction(['string', 'string', 'string'], replaceAll),
  safeHtml: goFunction(['string'], (text) => new SafeText('HTML', text)),
  safeUrl: goFunction(['string'], (text) => new SafeText('URL', text)),
  urlUnescape: goFunction(['string'], urlUnescape),
  base64encode: goFunction(['string'], (text) => Buffer.from(text).toString('base64')),
  base64decode: goFunction(['string'], base64decode),
  stringSlice: variadic([], 'string', (...texts) => stringList(texts)),
  toJson: goFunction(['interface {}'], toJson),
}

const onTimes: Readonly<Record<string, GoFunction>> = {
  date: goFunction(['string', 'time.Time'], formatTime),
  tz: goFunction(['string', 'time.Time'], (name, { epochNs }) => {
    const zone = zoneOf(name)
    if (zone === undefined) throw new Error(`unknown time zone ${name}`)
    return new GoTime(epochNs, zone)
  }),
  toDate: goFunction(['string', 'string'], (layout, text) => parseLayout(layout, text) ?? zeroTime),
  mustToDate: goFunction(['string', 'string'], (layout, text) => {
    const time = parseLayout(layout, text)
    if (time === undefined)
      throw new Error(
        `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: it differs`,
      )
    return time
  }),
  humanizeDuration: goFunction(['interface {}'], (value) => humanizeDuration(secondsOf(value))),
}

const onLists: Readonly<Record<string, GoFunction>> = {
  list: variadic([], 'interface {}', (...items) => new GoList(items)),
  append: variadic(['interface {}'], 'interface {}', (list, ...items) => {
    if (typeof list !== 'object' || list?.kind !== 'list')
      throw new Error(`cannot append to type ${typeOf(list)}`)
    return new GoList([...list.items, ...items])
  }),
  dict: variadic([], 'interface {}', (...pairs) => {
    if (pairs.length % 2 === 1) throw new Error('dict takes pairs: a key is without its value')
    const entries = new Map<string, Value>()
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i]
      if (typeof key !== 'string') throw new Error(`dict takes text as keys, found ${typeOf(key)}`)
      entries.set(key, pairs[i + 1])
    }
    return new GoMap(entries)
  }),
}

/** Each word begins with a capital and goes on in small letters; an apostrophe ends no word. */
function title(text: string): string {
  return text.replace(/[\p{L}\p{M}\p{N}_'’.]+/gu, (word) =>
    lower(word).replace(/\p{L}/u, (letter) => upper(letter)),
  )
}

function urlUnescape(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new Error(`invalid URL escape in ${JSON.stringify(text)}`)
  }
}

function base64decode(text: string): string {
  const clean = text.replace(/[\r\n]/g, '')
  const bytes = Buffer.from(clean, 'base64')
  if (bytes.toString('base64') !== clean) throw new Error('illegal base64 data')
  return bytes.toString()
}

function secondsOf(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'object' && value?.kind === 'duration') return Number(value.ns) / 1e9
  if (typeof value !== 'string') throw new Error(`can't convert ${typeOf(value)} to float`)
  const seconds = /^[+-]?(inf|infinity)$/i.test(value)
    ? value.startsWith('-')
      ? Number.NEGATIVE_INFINITY
      : Number.POSITIVE_INFINITY
    : Number(value.trim() === value && value !== '' ? value : 'x')
  if (Number.isNaN(seconds) && !/^nan$/i.test(value))
    throw new Error(`parsing ${JSON.stringify(value)}: invalid syntax`)
  return seconds
}
