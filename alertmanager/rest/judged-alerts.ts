/**
 * Every unresolved alert as the API shows it, judged as of now and not as of the last flush. What
 * changes only with the alert or the configuration is written once, because a reading may be of a
 * hundred thousand.
 */
import type { Alert } from '../alert.ts'
import type { Roster } from '../arrival/roster.ts'
import { type Route, routesOf } from '../arrival/routing.ts'
import type { AlertConfig } from '../config/config.ts'
import type { Inhibition } from '../flush/inhibition.ts'
import type { SilenceStore } from '../silences/silence-store.ts'
import type { World } from '../world.ts'

export interface JudgedWorld extends Pick<World, 'clock' | 'config'> {
  readonly roster: Roster
  readonly silences: SilenceStore
  readonly inhibition: () => Inhibition
}

export interface JudgedAlert {
  readonly alert: Alert
  readonly routes: readonly Route[]
  readonly receivers: ReadonlySet<string>
  readonly inhibitedBy: readonly string[]
  readonly silencedBy: readonly string[]
  /** As JSON. */
  json(group?: GroupView): string
}

/** What an alert shows of the groups it is asked for with. */
export interface GroupView {
  readonly receivers: readonly string[]
  /** Names of the time intervals that keep its group quiet. */
  readonly mutedBy: readonly string[]
}

export interface JudgedAlerts {
  /** Sorted by fingerprint. */
  readonly alerts: readonly JudgedAlert[]
  readonly config: AlertConfig
  readonly nowMs: number
}

export type JudgeAlerts = () => Promise<JudgedAlerts>

export function createJudge(world: JudgedWorld): JudgeAlerts {
  let written = new WeakMap<Alert, Written>()
  let writtenFor: AlertConfig | undefined
  return async () => {
    await world.silences.refresh()
    const nowMs = world.clock.nowMs()
    const config = world.config()
    if (config !== writtenFor) written = new WeakMap()
    writtenFor = config
    const inhibition = world.inhibition()
    const { index } = world.silences
    const living = [...world.roster.all()].filter(({ endsAtMs }) => endsAtMs > nowMs)
    const alerts = living.sort(byFingerprint).map((alert) => {
      let form = written.get(alert)
      if (form === undefined) {
        form = writeAlert(alert, config)
        written.set(alert, form)
      }
      const inhibitedBy = inhibition.inhibitorsOf(alert.labels, nowMs)
      return judged(form, inhibitedBy, index.matching(alert.labels, nowMs))
    })
    return { alerts, config, nowMs }
  }
}

const byFingerprint = (a: Alert, b: Alert) => (a.fingerprint < b.fingerprint ? -1 : 1)

interface Written {
  readonly alert: Alert
  readonly routes: readonly Route[]
  readonly receivers: ReadonlySet<string>
  /** All but its receivers and its status, which go between. */
  readonly texts: { readonly head: string; readonly middle: string; readonly tail: string }
  readonly receiversText: string
}

function writeAlert(alert: Alert, config: AlertConfig): Written {
  const routes = routesOf(config.root, alert.labels)
  const receivers = new Set(routes.map(({ receiver }) => receiver))
  const head = {
    annotations: alert.annotations,
    endsAt: new Date(alert.endsAtMs).toISOString(),
    fingerprint: alert.fingerprint,
  }
  const startsAt = new Date(alert.startsAtMs).toISOString()
  const tail = {
    updatedAt: new Date(alert.updatedAtMs).toISOString(),
    ...(alert.generatorUrl !== '' && { generatorURL: alert.generatorUrl }),
    labels: alert.labels,
  }
  const texts = {
    head: `${JSON.stringify(head).slice(0, -1)},"receivers":`,
    middle: `,"startsAt":"${startsAt}","status":`,
    tail: `,${JSON.stringify(tail).slice(1)}`,
  }
  return { alert, routes, receivers, texts, receiversText: receiversText([...receivers]) }
}

const receiversText = (names: readonly string[]) => JSON.stringify(names.map((name) => ({ name })))

const quiet = '{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"}'

function judged(
  form: Written,
  inhibitedBy: readonly string[],
  silencedBy: readonly string[],
): JudgedAlert {
  const { alert, routes, receivers, texts } = form
  const isHeld = inhibitedBy.length + silencedBy.length > 0
  return {
    alert,
    routes,
    receivers,
    inhibitedBy,
    silencedBy,
    json(group) {
      const mutedBy = group?.mutedBy ?? []
      const told = group === undefined ? form.receiversText : receiversText(group.receivers)
      const status =
        isHeld || mutedBy.length > 0
          ? JSON.stringify({ inhibitedBy, mutedBy, silencedBy, state: 'suppressed' })
          : quiet
      return `${texts.head}${told}${texts.middle}${status}${texts.tail}`
    },
  }
}
