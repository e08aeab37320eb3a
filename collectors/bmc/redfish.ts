/** The management controller over Redfish: the same facts as through IPMI, over the network. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Collector } from '../collector.ts'
import { createFamilies } from '../families.ts'
import { createReasons, type Reasons } from '../reasons.ts'
import type { Json } from '../smart/json.ts'
import type { BmcEvents, BmcFacts } from './facts.ts'
import { addBmc } from './metrics.ts'
import { optional } from './optional.ts'
import { eventsOf, linkTo, membersOf, powerOf, sensorsOf, suppliesOf } from './redfish-answers.ts'
import { createRedfishClient, type RedfishAccess } from './redfish-client.ts'
import { numbered } from './sensors.ts'

export interface RedfishOptions {
  readonly clock: Clock
  readonly log: Log
  readonly access: RedfishAccess
  readonly everyMs?: number
}

const root = '/redfish/v1'
/** A machine is a chassis or two; a blade enclosure may list all its blades. */
const chassisMax = 8
const deadlineMs = 60_000

type Get = (path: string) => Promise<Json>

export function createRedfish(options: RedfishOptions): Collector {
  const { clock, log, access, everyMs = 60_000 } = options
  const client = createRedfishClient(access, clock)
  const reasons = createReasons(log, 'question')
  return {
    name: 'redfish',
    deadlineMs,
    pace: { everyMs, ageMsMax: 2 * everyMs + deadlineMs },
    async collect(stop) {
      const get: Get = (path) => client.get(path, stop)
      const families = createFamilies()
      addBmc(families, await readAll(get, reasons))
      return families.list()
    },
  }
}

async function readAll(get: Get, reasons: Reasons): Promise<BmcFacts> {
  const chassis = membersOf(await get(`${root}/Chassis`)).slice(0, chassisMax)
  const parts: Pick<BmcFacts, 'sensors' | 'supplies' | 'powerWatts'>[] = []
  for (const path of chassis) parts.push(await readChassis(path, get, reasons))
  return {
    sensors: numbered(parts.flatMap((part) => part.sensors)),
    supplies: numbered(parts.flatMap((part) => part.supplies)),
    powerWatts: parts.map((part) => part.powerWatts).find((watts) => watts !== undefined),
    events: await optional(reasons, 'events', () => readEvents(get)),
  }
}

async function readChassis(path: string, get: Get, reasons: Reasons) {
  const chassis = await get(path)
  const follow = async (name: string): Promise<Json> => {
    const link = linkTo(chassis, name)
    return (link && (await optional(reasons, `${path} ${name}`, () => get(link)))) || {}
  }
  const [thermal, power] = [await follow('Thermal'), await follow('Power')]
  return {
    sensors: sensorsOf(thermal, power),
    supplies: suppliesOf(power),
    powerWatts: powerOf(power),
  }
}

/** The hardware's log goes by many names, and stands with the manager or with the system. */
const isHardwareLog = /\/(Sel|IML|Log1|EventLog|SystemEventLog)\/?$/i

async function readEvents(get: Get): Promise<BmcEvents | undefined> {
  for (const owners of ['Managers', 'Systems'])
    for (const owner of membersOf(await get(`${root}/${owners}`)).slice(0, chassisMax)) {
      const services = linkTo(await get(owner), 'LogServices')
      const logs = services === undefined ? [] : membersOf(await get(services))
      const log = logs.find((path) => isHardwareLog.test(path))
      const entries = log === undefined ? undefined : linkTo(await get(log), 'Entries')
      if (entries !== undefined) return eventsOf(await get(entries))
    }
  return undefined
}
