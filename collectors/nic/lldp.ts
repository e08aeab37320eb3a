/** Which switch and port a port is wired to, where a daemon of LLDP listens: `lldpctl -f json0`. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import { createProgram } from '../program.ts'
import { type Json, listAt, parseJson, textAt } from '../smart/json.ts'

export interface LldpOptions {
  readonly clock: Clock
  readonly lldpctlPath?: string
  readonly linkEveryMs?: number
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

const askMs = 5000
const neighboursMax = 256

const neighbour = gauge('zstone_nic_neighbour_info', 'What a port is wired to; always 1.')

export function createLldp(options: LldpOptions): Collector {
  const { clock, lldpctlPath = 'lldpctl', linkEveryMs: everyMs = 300_000, env } = options
  const lldpctl = createProgram({ path: lldpctlPath, clock, deadlineMs: askMs, env })
  return {
    name: 'lldp',
    deadlineMs: 2 * askMs,
    pace: { everyMs, ageMsMax: 2 * everyMs + askMs },
    async collect(stop) {
      const said = await lldpctl.ask(['-f', 'json0'], { subject: 'neighbours', stop })
      // It ends with a complaint where no daemon runs: then there is nothing to tell.
      if (said === undefined || said.exitCode !== 0) return []
      const families = createFamilies()
      for (const labels of neighboursOf(said.output)) families.add(neighbour, labels, 1)
      return families.list()
    },
  }
}

function neighboursOf(text: string): Record<string, string>[] {
  const answer = parseJson(text)
  if (answer === undefined)
    throw fault('ANSWER_UNREADABLE', { program: 'lldpctl', reason: 'it is not JSON' })
  return listAt(answer, 'lldp')
    .flatMap((part) => listAt(part, 'interface'))
    .flatMap((port) => {
      const device = textAt(port, 'name')
      return device === undefined ? [] : [{ device, ...whoIs(port) }]
    })
    .slice(0, neighboursMax)
}

function whoIs(port: Json): Record<string, string> {
  const at = (path: string) => textAt(port, `${path}.0.value`) ?? ''
  return {
    protocol: textAt(port, 'via') ?? '',
    chassis: at('chassis.0.name'),
    chassis_id: at('chassis.0.id'),
    management: at('chassis.0.mgmt-ip'),
    port: at('port.0.id'),
    port_description: at('port.0.descr'),
  }
}
