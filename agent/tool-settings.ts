/** Settings of the programs that speak with hardware other than disks. */
import { duration, optionalText, type Setting, text } from '#lib/config'

const path = (name: string, otherwise: string) =>
  text({
    name: `${name}.path`,
    default: otherwise,
    help: `The program ${name}, a path or a name on the PATH; empty: it is not asked.`,
  })

const where = 'on the PATH, then where its maker puts it'
const raidPath = (name: string) =>
  optionalText({
    name: `${name}.path`,
    help: `The program ${name}; absent: looked for ${where}; empty: it is not asked.`,
  })

export const toolSettings = {
  ethtoolPath: path('ethtool', 'ethtool'),
  ethtoolIntervalMs: duration({
    name: 'ethtool.interval',
    default: '1m',
    help: 'How often the counters of network cards are read.',
  }),
  ethtoolInclude: pattern({
    name: 'ethtool.metrics-include',
    help: 'Counters of network cards to export, a regular expression; absent: all but those of single queues.',
  }),
  linkIntervalMs: duration({
    name: 'nic.link-interval',
    default: '5m',
    help: 'How often links, modules and neighbours of network cards are read.',
  }),
  linkSpeeds: speeds({
    name: 'nic.speed-expected',
    help: 'Speed that links should have, Mb/s: `eth0=25000,*=10000`; absent: the best that each port offers.',
  }),
  lldpctlPath: path('lldpctl', 'lldpctl'),
  ipmitoolPath: path('ipmitool', 'ipmitool'),
  ipmiIntervalMs: duration({
    name: 'ipmi.interval',
    default: '1m',
    help: 'How often the management controller is asked.',
  }),
  redfishUrl: httpsUrl({
    name: 'redfish.url',
    help: 'URL of the management controller; then it is asked over Redfish, not through ipmitool.',
  }),
  redfishCredentialsFile: optionalText({
    name: 'redfish.credentials-file',
    help: 'File whose first line is `user:password` of the management controller.',
  }),
  redfishCertificateFile: optionalText({
    name: 'redfish.certificate-file',
    help: 'PEM file: certificate of the management controller, or of the authority that signed it.',
  }),
  storcliPath: raidPath('storcli'),
  perccliPath: raidPath('perccli'),
  megacliPath: raidPath('megacli'),
  ssacliPath: raidPath('ssacli'),
  sas2ircuPath: raidPath('sas2ircu'),
  sas3ircuPath: raidPath('sas3ircu'),
  arcconfPath: raidPath('arcconf'),
  raidIntervalMs: duration({
    name: 'raid.interval',
    default: '5m',
    help: 'How often RAID controllers are asked.',
  }),
}

function httpsUrl(options: Named): Setting<string | undefined> {
  return {
    ...optionalText(options),
    parse(raw) {
      const url = URL.parse(String(raw))
      if (url?.protocol !== 'https:')
        throw new Error(`expected a URL such as https://192.0.2.7, found "${String(raw)}"`)
      return url.origin
    },
  }
}

type Named = Pick<Setting<unknown>, 'name' | 'help'>

function pattern(options: Named): Setting<RegExp | undefined> {
  const show = (value: RegExp | undefined) => value?.source ?? ''
  return { ...options, default: undefined, show, parse: (raw) => new RegExp(String(raw)) }
}

/** Bits a second by device; `*` stands for all others. */
function speeds(options: Named): Setting<ReadonlyMap<string, number> | undefined> {
  return {
    ...options,
    default: undefined,
    show: (map) => [...(map ?? [])].map(([device, bits]) => `${device}=${bits / 1e6}`).join(','),
    parse(raw) {
      const pairs = String(raw)
        .split(',')
        .map((pair) => /^\s*([^=\s]+)=(\d{1,7})\s*$/.exec(pair))
      return new Map(
        pairs.map((pair) => {
          const [, device, megabits] = pair ?? []
          if (device === undefined) throw new Error('expected pairs such as eth0=25000,*=10000')
          return [device, Number(megabits) * 1e6]
        }),
      )
    },
  }
}
