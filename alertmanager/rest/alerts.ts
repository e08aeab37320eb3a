/** `/api/v2/alerts` and `/api/v2/alerts/groups`. */
import type { PostableAlert } from '#api/alert'
import { type Labels, labelsKey } from '#lib/labels'
import { createMatcher, type Matcher, matchesAll } from '#lib/matcher'
import type { Alert } from '../alert.ts'
import type { Intake } from '../arrival/intake.ts'
import type { Roster } from '../arrival/roster.ts'
import { groupOf, routesOf } from '../arrival/routing.ts'
import type { AlertConfig } from '../config/config.ts'
import { parseMatchers } from '../config/matchers.ts'
import type { Inhibition } from '../flush/inhibition.ts'
import type { SilenceStore } from '../silences/silence-store.ts'
import type { World } from '../world.ts'
import { type Handler, plainRefusal, schemaRefusal, truthOf } from './answer.ts'
import { isJson, type Json, readJsonBody, required, textIn, timeIn, unreadable } from './body.ts'

export interface AlertsWorld extends World {
  readonly intake: Intake
  readonly silences: SilenceStore
  readonly roster: Roster
  readonly inhibition: () => Inhibition
}

export const postAlerts =
  ({ intake }: AlertsWorld): Handler =>
  async (call) => {
    const body = await readJsonBody(call, 'alerts')
    if (body === null) throw required('alerts in body')
    if (!Array.isArray(body))
      throw unreadable('alerts', `cannot unmarshal ${kindOf(body)} into a list of alerts`)
    const refused = await intake.post(body.map(postable))
    if (refused.length > 0) throw plainRefusal(400, refused.join('\n'))
    return undefined
  }

export const getAlerts =
  (world: AlertsWorld): Handler =>
  async (call) => {
    const shows = filterOf(call.query)
    const { entries } = await currentAlerts(world)
    return entries.filter(shows).map(({ shown }) => shown)
  }

export const getGroups =
  (world: AlertsWorld): Handler =>
  async (call) => {
    const shows = filterOf(call.query)
    const { entries, config } = await currentAlerts(world)
    const groups = new Map<string, Group>()
    for (const entry of entries.filter(shows))
      for (const route of routesOf(config.root, entry.alert.labels)) {
        const { id, labels } = groupOf(route, entry.alert.labels)
        const receiver = { name: route.receiver }
        const group = groups.get(id) ?? { alerts: [], labels, receiver }
        groups.set(id, group)
        group.alerts.push(entry.shown)
      }
    const wanted = receiverTest(call.query)
    return [...groups.values()].filter(({ receiver }) => wanted(receiver.name)).sort(byLabels)
  }

interface Group {
  readonly alerts: GettableAlert[]
  readonly labels: Labels
  readonly receiver: { readonly name: string }
}

/** Fewer labels first, then by name and value, then by receiver. */
function byLabels(a: Group, b: Group): number {
  const fewer = Object.keys(a.labels).length - Object.keys(b.labels).length
  if (fewer !== 0) return fewer
  const key = ({ labels, receiver }: Group) => `${labelsKey(labels)}${receiver.name}`
  return key(a) < key(b) ? -1 : 1
}

interface GettableAlert {
  readonly annotations: Labels
  readonly endsAt: string
  readonly fingerprint: string
  readonly receivers: readonly { readonly name: string }[]
  readonly startsAt: string
  readonly status: {
    readonly inhibitedBy: readonly string[]
    readonly silencedBy: readonly string[]
    readonly mutedBy: readonly string[]
    readonly state: 'active' | 'suppressed'
  }
  readonly updatedAt: string
  readonly generatorURL: string
  readonly labels: Labels
}

interface Entry {
  readonly alert: Alert
  readonly shown: GettableAlert
}

/** Everything unresolved, judged as of now and not as of the last flush. */
async function currentAlerts(
  world: AlertsWorld,
): Promise<{ readonly entries: readonly Entry[]; readonly config: AlertConfig }> {
  await world.silences.refresh()
  const nowMs = world.clock.nowMs()
  const config = world.config()
  const inhibition = world.inhibition()
  const alerts = [...world.roster.all()]
    .filter(({ endsAtMs }) => endsAtMs > nowMs)
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
  const entries = alerts.map((alert) => {
    const inhibitedBy = inhibition.inhibitorsOf(alert.labels, nowMs)
    const silencedBy = world.silences.index.matching(alert.labels, nowMs)
    const held = inhibitedBy.length + silencedBy.length > 0
    const receivers = new Set(routesOf(config.root, alert.labels).map(({ receiver }) => receiver))
    return {
      alert,
      shown: {
        annotations: alert.annotations,
        endsAt: new Date(alert.endsAtMs).toISOString(),
        fingerprint: alert.fingerprint,
        receivers: [...receivers].map((name) => ({ name })),
        startsAt: new Date(alert.startsAtMs).toISOString(),
        status: {
          inhibitedBy,
          silencedBy,
          mutedBy: [],
          state: held ? ('suppressed' as const) : ('active' as const),
        },
        updatedAt: new Date(alert.updatedAtMs).toISOString(),
        generatorURL: alert.generatorUrl,
        labels: alert.labels,
      },
    }
  })
  return { entries, config }
}

function filterOf(query: URLSearchParams): (entry: Entry) => boolean {
  const matchers = matchersIn(query)
  const isWanted = receiverTest(query)
  const [active, silenced, inhibited] = ['active', 'silenced', 'inhibited'].map((name) =>
    truthOf(query, name),
  )
  return ({ alert, shown: { status, receivers } }) =>
    (active === true || status.state !== 'active') &&
    (silenced === true || status.silencedBy.length === 0) &&
    (inhibited === true || status.inhibitedBy.length === 0) &&
    receivers.some(({ name }) => isWanted(name)) &&
    matchesAll(matchers, alert.labels)
}

export function matchersIn(query: URLSearchParams): readonly Matcher[] {
  try {
    return query.getAll('filter').flatMap(parseMatchers)
  } catch (error) {
    if (error instanceof SyntaxError) throw plainRefusal(400, error.message)
    throw error
  }
}

function receiverTest(query: URLSearchParams): (name: string) => boolean {
  const given = query.get('receiver')
  if (given === null || given === '') return () => true
  try {
    const matcher = createMatcher('receiver', '=~', given)
    return (name) => matcher.matches({ receiver: name })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw plainRefusal(400, `failed to parse receiver param: ${error.message}`)
  }
}

function postable(value: unknown, i: number): PostableAlert {
  if (!isJson(value)) throw unreadable('alerts', `cannot unmarshal ${kindOf(value)} into an alert`)
  const labels = labelsIn(value, 'labels')
  if (labels === undefined) throw required(`${i}.labels in body`)
  const generatorURL = textIn('alerts', value.generatorURL)
  if (generatorURL && !/^([a-z][a-z0-9+.-]*:|\/)/i.test(generatorURL))
    throw schemaRefusal(
      422,
      601,
      `${i}.generatorURL in body must be of type uri: ${JSON.stringify(generatorURL)}`,
    )
  const annotations = labelsIn(value, 'annotations')
  const startsAt = timeIn('alerts', value.startsAt)
  const endsAt = timeIn('alerts', value.endsAt)
  return {
    labels,
    ...(annotations !== undefined && { annotations }),
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    ...(generatorURL !== undefined && { generatorURL }),
  }
}

function labelsIn(value: Json, field: string): Labels | undefined {
  const found = value[field]
  if (found === undefined || found === null) return undefined
  if (!isJson(found)) throw unreadable('alerts', `cannot unmarshal ${kindOf(found)} into ${field}`)
  const wrong = Object.values(found).find((text) => typeof text !== 'string')
  if (wrong !== undefined)
    throw unreadable('alerts', `cannot unmarshal ${kindOf(wrong)} into ${field} of type string`)
  return found as Labels // Every value is text.
}

const kindOf = (value: unknown) =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
