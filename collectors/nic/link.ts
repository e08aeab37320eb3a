/**
 * What every port is and what its link should be, through `ethtool`: under the names of
 * node_exporter, and the speed that is expected of it. Other speeds and counts of the link are
 * those of the collector netclass.
 */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { createProgram } from '../program.ts'
import { createReasons } from '../reasons.ts'
import { type LinkSettings, type LinkSide, parseLinkSettings } from './link-settings.ts'
import { type Port, portsOf } from './ports.ts'
import { readPorts } from './read-ports.ts'

export interface LinkOptions {
  readonly clock: Clock
  readonly log: Log
  readonly files: Pick<Files, 'readText' | 'list'>
  readonly ethtoolPath?: string
  readonly linkEveryMs?: number
  /** Bits a second by device, `*` for all others; absent: the best that the port offers. */
  readonly expected?: ReadonlyMap<string, number> | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  readonly deviceDeadlineMs?: number
}

const info = gauge('node_ethtool_info', 'Who the driver and the firmware of a port are; always 1.')
const portType = gauge('node_network_supported_port_info', 'Kinds of ports it has; always 1.')
const autonegotiates = gauge('node_network_autonegotiate', 'Whether the port autonegotiates.')
const sides = (['supported', 'advertised'] as const).map((side) => ({
  side,
  speed: gauge(`node_network_${side}_speed_bytes`, `Modes ${side}, bytes a second.`),
  autonegotiation: gauge(`node_network_autonegotiate_${side}`, `Whether negotiation is ${side}.`),
  pause: gauge(`node_network_pause_${side}`, `Whether pause frames are ${side}.`),
  asymmetric: gauge(
    `node_network_asymmetricpause_${side}`,
    `Whether pause frames one way are ${side}.`,
  ),
}))
const expectedSpeed = gauge(
  'zstone_nic_speed_expected_bytes',
  'Speed that the link should have, bytes a second: a setting, or the best the port offers.',
)
const isSlow = gauge(
  'zstone_nic_speed_below_expected',
  'Whether the link is up and slower than expected.',
)
const fullDuplex = gauge('zstone_nic_duplex_full', 'Whether the link is full duplex.')

export function createLink(options: LinkOptions): Collector {
  const { clock, log, files, env, deviceDeadlineMs = 5000 } = options
  const { ethtoolPath = 'ethtool', linkEveryMs: everyMs = 300_000 } = options
  const ethtool = createProgram({ path: ethtoolPath, clock, deadlineMs: deviceDeadlineMs, env })
  const reasons = createReasons(log, 'device')
  const deadlineMs = 3 * deviceDeadlineMs
  return {
    name: 'nic_link',
    deadlineMs,
    pace: { everyMs, ageMsMax: 2 * everyMs + deadlineMs },
    async collect(stop) {
      const families = createFamilies()
      const read = async ({ device }: Port) => {
        const link = await ethtool.ask([device], { subject: `${device} link`, stop })
        const driver = await ethtool.ask(['-i', device], { subject: `${device} driver`, stop })
        if (driver?.exitCode === 0) families.add(info, { device, ...driverOf(driver.output) }, 1)
        if (link === undefined || link.output === '') return
        const settings = parseLinkSettings(link.output)
        addModes(families, device, settings)
        addSpeed(families, device, { settings, expected: expectedOf(device, settings) })
      }
      await readPorts(portsOf(files), read, { reasons })
      return families.list()
    },
  }

  function expectedOf(device: string, { advertised, supported }: LinkSettings) {
    const set = options.expected?.get(device) ?? options.expected?.get('*')
    return set ?? bestOf(advertised) ?? bestOf(supported)
  }
}

/** What the port offers is what its operator left switched on: less than that is not intended. */
const bestOf = ({ modes }: LinkSide): number | undefined =>
  modes.length === 0 ? undefined : Math.max(...modes.map((mode) => mode.bitsPerSecond))

function addSpeed(
  families: Families,
  device: string,
  { settings, expected }: { settings: LinkSettings; expected: number | undefined },
): void {
  const { bitsPerSecond, duplex, isUp } = settings
  families.add(expectedSpeed, { device }, expected === undefined ? undefined : expected / 8)
  if (isUp === false) return // Its last speed and duplex are nobody's.
  const slow = (bitsPerSecond ?? Number.NaN) < (expected ?? Number.NaN)
  const isKnown = bitsPerSecond !== undefined && expected !== undefined
  families.add(isSlow, { device }, isKnown ? Number(slow) : undefined)
  families.add(fullDuplex, { device }, duplex === undefined ? undefined : Number(duplex === 'full'))
}

function addModes(families: Families, device: string, settings: LinkSettings): void {
  for (const type of settings.ports) families.add(portType, { device, type }, 1)
  families.add(autonegotiates, { device }, numberOf(settings.autonegotiates))
  for (const { side, speed, autonegotiation, pause, asymmetric } of sides) {
    const said = settings[side]
    for (const { mode, duplex, bitsPerSecond } of said.modes)
      families.add(speed, { device, duplex, mode }, bitsPerSecond / 8)
    families.add(autonegotiation, { device }, Number(said.autonegotiation))
    families.add(pause, { device }, Number(said.pause))
    families.add(asymmetric, { device }, Number(said.asymmetricPause))
  }
}

const numberOf = (flag: boolean | undefined) => (flag === undefined ? undefined : Number(flag))

function driverOf(text: string): Record<string, string> {
  const textOf = (name: string) =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
  return {
    bus_info: textOf('bus-info'),
    driver: textOf('driver'),
    expansion_rom_version: textOf('expansion-rom-version'),
    firmware_version: textOf('firmware-version'),
    version: textOf('version'),
  }
}
