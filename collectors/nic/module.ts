/** Plugged modules of ports through `ethtool -m`: light, temperature, current, raised flags. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { createProgram } from '../program.ts'
import { createReasons } from '../reasons.ts'
import { type Module, parseModule } from './module-text.ts'
import { type Port, portsOf } from './ports.ts'
import { readPorts } from './read-ports.ts'

export interface ModuleOptions {
  readonly clock: Clock
  readonly log: Log
  readonly files: Pick<Files, 'readText' | 'list'>
  readonly ethtoolPath?: string
  readonly linkEveryMs?: number
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** A module is read byte by byte over a slow bus. Default 10 s. */
  readonly deviceDeadlineMs?: number
}

const info = gauge('zstone_nic_module_info', 'Who the plugged module of a port is; always 1.')
const temperature = gauge('zstone_nic_module_temperature_celsius', 'Temperature of the module.')
const voltage = gauge('zstone_nic_module_volts', 'Supply voltage of the module.')
const bias = gauge('zstone_nic_module_bias_amperes', 'Current of the laser.')
const sent = gauge('zstone_nic_module_transmit_power_watts', 'Light that is sent.')
const received = gauge('zstone_nic_module_receive_power_watts', 'Light that arrives.')
const raised = gauge('zstone_nic_module_flags', 'Flags that the module raises, by severity.')
const flag = gauge('zstone_nic_module_flag', 'A flag that the module raises; always 1.')

export function createModule(options: ModuleOptions): Collector {
  const { clock, log, files, env, deviceDeadlineMs = 10_000 } = options
  const { ethtoolPath = 'ethtool', linkEveryMs: everyMs = 300_000 } = options
  const ethtool = createProgram({ path: ethtoolPath, clock, deadlineMs: deviceDeadlineMs, env })
  const reasons = createReasons(log, 'module')
  const deadlineMs = 3 * deviceDeadlineMs
  return {
    name: 'nic_module',
    deadlineMs,
    pace: { everyMs, ageMsMax: 2 * everyMs + deadlineMs },
    async collect(stop) {
      const families = createFamilies()
      const read = async ({ device }: Port) => {
        const said = await ethtool.ask(['-m', device], { subject: device, stop })
        // Most ports have no module, and say so in many ways: that is no fault of theirs.
        if (said === undefined || said.exitCode !== 0) return
        addModule(families, device, parseModule(said.output))
      }
      await readPorts(portsOf(files), read, { reasons })
      return families.list()
    },
  }
}

function addModule(families: Families, device: string, module: Module): void {
  families.add(info, { device, ...module.identity }, 1)
  families.add(temperature, { device }, module.temperatureCelsius)
  families.add(voltage, { device }, module.volts)
  for (const { lane, biasAmperes, transmitWatts, receiveWatts } of module.lanes) {
    const labels = { device, lane: String(lane) }
    families.add(bias, labels, biasAmperes)
    families.add(sent, labels, transmitWatts)
    families.add(received, labels, receiveWatts)
  }
  if (!module.hasFlags) return
  for (const severity of ['alarm', 'warning'] as const) {
    const count = module.flags.filter((raised) => raised.severity === severity).length
    families.add(raised, { device, severity }, count)
  }
  for (const { what, severity, lane } of module.flags)
    families.add(flag, { device, what, severity, lane: lane === undefined ? '' : String(lane) }, 1)
}
