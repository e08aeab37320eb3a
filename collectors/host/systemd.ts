/** Units of systemd by state: two questions to systemctl, at a pace of their own. */
import type { Clock } from '#lib/clock'
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { createProgram } from '../program.ts'
import { numberOf } from './numbers.ts'

const unitState = gauge('node_systemd_unit_state', 'Whether a unit is in a state.')
const units = gauge('node_systemd_units', 'Units in each state.')
const running = gauge('node_systemd_system_running', 'Whether all units are as they should be.')
const version = gauge('node_systemd_version', 'The version of systemd.')
const triggered = gauge('node_systemd_timer_last_trigger_seconds', 'When a timer last went off.')
const accepted = counter(
  'node_systemd_socket_accepted_connections_total',
  'Connections that a socket accepted.',
)
const connected = gauge('node_systemd_socket_current_connections', 'Connections of a socket.')
/** A gauge in node_exporter, hence here. */
const refused = gauge(
  'node_systemd_socket_refused_connections_total',
  'Connections that a socket refused.',
)

const states = ['active', 'activating', 'deactivating', 'inactive', 'failed'] as const
/** node_exporter's default: each is counted, these have no series of their own. */
const excluded = /\.(automount|device|mount|scope|slice|target)$/

const managerArguments = ['show', '--no-pager', '--property=Version,SystemState']
const unitArguments = [
  'show',
  '--all',
  '--no-pager',
  '--property=Id,LoadState,ActiveState,Type,NAccepted,NConnections,NRefused,LastTriggerUSec',
  '*',
]

/** Times in a form that does not depend on where the node stands. */
const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' }
const deadlineMs = 10_000

export interface SystemdOptions {
  readonly clock: Clock
  readonly files: Pick<Files, 'stampOf'>
  /** Default: `systemctl` in the usual places. */
  readonly systemctlPath?: string | undefined
}

export function createSystemd(options: SystemdOptions): Collector {
  const { clock, files, systemctlPath = 'systemctl' } = options
  const systemctl = createProgram({ path: systemctlPath, clock, deadlineMs, env })
  const ask = async (args: readonly string[], stop: AbortSignal) => {
    const answer = await systemctl.ask(args, { subject: 'systemd', stop })
    if (answer === undefined) return []
    if (answer.exitCode !== 0) throw new Error(`systemctl: ${answer.complaint}`)
    return answer.output.split('\n\n').map(propertiesIn)
  }
  return {
    name: 'systemd',
    deadlineMs,
    pace: { everyMs: 60_000, ageMsMax: 180_000 },
    async collect(stop) {
      // The sign of systemd itself that it runs the machine.
      if (files.stampOf('/run/systemd/system') === undefined) return []
      const families = createFamilies()
      const [system] = await ask(managerArguments, stop)
      addSystem(families, system)
      const all = await ask(unitArguments, stop)
      const found = all.filter((unit) => unit.has('Id'))
      addCounts(families, found)
      for (const unit of found) addUnit(families, unit)
      return families.list()
    },
  }
}

type Properties = ReadonlyMap<string, string>

/** Lines such as `ActiveState=active`. */
function propertiesIn(block: string): Properties {
  const lines = block.matchAll(/^(\w+)=(.*)$/gm)
  return new Map([...lines].map(([, name = '', value = '']) => [name, value]))
}

function addSystem(families: Families, system: Properties | undefined): void {
  const state = system?.get('SystemState')
  families.add(running, {}, state === undefined ? undefined : Number(state === 'running'))
  const full = system?.get('Version') ?? ''
  families.add(version, { version: full }, numberOf(/^\d+(\.\d+)?/.exec(full)?.[0]))
}

function addCounts(families: Families, found: readonly Properties[]): void {
  if (found.length === 0) return
  const counts = new Map<string, number>(states.map((state) => [state, 0]))
  for (const unit of found) {
    const state = unit.get('ActiveState') ?? ''
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  for (const [state, count] of counts) families.add(units, { state }, count)
}

function addUnit(families: Families, unit: Properties): void {
  const name = unit.get('Id') ?? ''
  if (excluded.test(name) || unit.get('LoadState') !== 'loaded') return
  const type = name.endsWith('.service') ? (unit.get('Type') ?? '') : ''
  for (const state of states)
    families.add(unitState, { name, state, type }, unit.get('ActiveState') === state ? 1 : 0)
  if (name.endsWith('.socket')) {
    families.add(accepted, { name }, numberOf(unit.get('NAccepted')))
    families.add(connected, { name }, numberOf(unit.get('NConnections')))
    families.add(refused, { name }, numberOf(unit.get('NRefused')))
  }
  if (name.endsWith('.timer'))
    families.add(triggered, { name }, secondsOf(unit.get('LastTriggerUSec')))
}

/** `Sat 2026-11-21 06:30:00 UTC`; `n/a` or nothing: it never went off, which is 0 there. */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? []
  return day === undefined ? 0 : Date.parse(`${day}T${time}Z`) / 1000
}
