/** `history [MATCHERS…]`: what happened, the latest last. */

import { systemClock } from '#lib/clock'
import { parseDurationMs } from '#lib/duration'
import { tableOf } from '#lib/table'
import { formatDate } from '../date-format.ts'
import { filtersOf } from '../matcher-words.ts'
import { ask } from '../request.ts'
import type { Asked, Verb } from '../verb.ts'

interface Event {
  readonly at: string
  readonly kind: string
  readonly fingerprint?: string
  readonly fingerprints?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly receiver?: string
  readonly integration?: string
  readonly details?: Readonly<Record<string, unknown>>
}

interface Page {
  readonly events: readonly Event[]
  readonly next?: string
}

const limits = { events: 100, page: 1000 }

export const history: Verb = {
  name: 'history',
  usage: 'history [<flags>] [<matchers>...]',
  about: 'What happened to alerts, notifications and silences; the latest is last.',
  flags: [
    { name: 'from', value: 'TIME', about: 'RFC 3339, or how long ago: 2h.' },
    { name: 'to', value: 'TIME', about: 'Likewise; what is earlier than that.' },
    { name: 'receiver', letter: 'r', value: 'NAME', about: 'What a receiver was told.' },
    {
      name: 'kind',
      value: 'KIND',
      about: 'fired, resolved, held, delivered, failed …; repeatable.',
    },
    { name: 'limit', value: '100', about: 'How many at most, the latest ones.' },
  ],
  async run(asked) {
    const events = await read(asked)
    if (asked.output === 'json') return [JSON.stringify(events)]
    const rows = events.map((event) => rowOf(event, asked))
    return tableOf([['At', 'Event', 'Alert', 'Receiver', 'Details'], ...rows])
  },
}

/** Page by page, until there are as many as are wanted. */
async function read({ words, flags, ...server }: Asked): Promise<readonly Event[]> {
  const wanted = wholeOf(flags.get('limit')?.at(-1) ?? String(limits.events))
  const query = new URLSearchParams()
  for (const filter of filtersOf(words)) query.append('filter', filter)
  for (const name of ['from', 'to']) {
    const given = flags.get(name)?.at(-1)
    if (given !== undefined) query.set(name, instantOf(given))
  }
  for (const name of ['receiver', 'kind'])
    for (const value of flags.get(name) ?? []) query.append(name, value)
  const events: Event[] = []
  for (;;) {
    query.set('limit', String(Math.min(wanted - events.length, limits.page)))
    const page = (await ask(server, '/api/v1/history', { query })) as Page // Of our own API.
    events.push(...page.events)
    if (page.next === undefined || events.length >= wanted) return events.reverse()
    query.set('cursor', page.next)
  }
}

function wholeOf(given: string): number {
  const count = Number(given)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new Error(`--limit "${given}" is no whole number above 0`)
}

function instantOf(given: string): string {
  const agoMs = parseDurationMs(given)
  return agoMs === undefined ? given : new Date(systemClock.nowMs() - agoMs).toISOString()
}

function rowOf(event: Event, { dateFormat, output }: Asked): readonly string[] {
  const { at, kind, receiver = '', integration, details = {} } = event
  const isLong = output === 'extended'
  const told = Object.entries(details)
    .filter(([name]) => isLong || short.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const whom = integration === undefined ? receiver : `${receiver}/${integration}`
  return [formatDate(new Date(at), dateFormat), kind, alertOf(event, isLong), whom, told.join(' ')]
}

/** What fits on a line. */
const short = new Set([
  ...['reason', 'attempt', 'by', 'holders', 'receipt', 'createdBy', 'comment', 'matchers', 'again'],
])

function alertOf({ labels, fingerprint, fingerprints }: Event, isLong: boolean): string {
  if (labels !== undefined && isLong)
    return Object.entries(labels)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(' ')
  if (labels !== undefined) return labels.alertname ?? fingerprint ?? ''
  if (fingerprints === undefined) return fingerprint ?? ''
  return fingerprints.length === 1 ? '1 alert' : `${fingerprints.length} alerts`
}
