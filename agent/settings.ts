/** Settings of the program `zstnlet`; the names are its flags. */
import { choice, duration, flag, optionalText, type Setting, text, whole } from '#lib/config'

/** `hostname` names the node where nobody else does. */
export const agentSettings = (hostname: string) => ({
  instance: text({
    name: 'instance',
    default: hostname,
    help: 'Name of this node; the label instance of all that it pushes.',
  }),
  intervalMs: positive({
    name: 'interval',
    default: '15s',
    help: 'How often the node is measured and pushed.',
  }),
  listenAddress: text({
    name: 'web.listen-address',
    default: '127.0.0.1:9100',
    help: 'Where /metrics is served, host:port.',
  }),
  pushUrl: httpUrl({
    name: 'push.url',
    help: 'Base URL of the pushgateway; absent: nothing is pushed, /metrics can be scraped.',
  }),
  remoteWriteUrl: httpUrl({
    name: 'remote-write.url',
    help: 'What keeps history and takes remote_write 1.0 gets the ticks that the pushgateway missed, with their own times.',
  }),
  remoteWriteTicks: choice({
    name: 'remote-write.ticks',
    of: ['missed', 'every'],
    default: 'missed',
    help: 'Which ticks go to --remote-write.url; without --push.url each one is missed.',
  }),
  spoolDir: optionalText({
    name: 'spool.dir',
    env: 'STATE_DIRECTORY',
    help: 'Folder in which missed ticks wait while --remote-write.url is away, or is not set yet; absent: they are lost. systemd sets it by StateDirectory=.',
  }),
  spoolSizeMax: whole({
    name: 'spool.size-max',
    default: 64 * 1024 * 1024,
    least: 64 * 1024,
    help: 'Bytes of disk that waiting ticks may take; the oldest are dropped first, and counted.',
  }),
  spoolAgeMsMax: positive({
    name: 'spool.age-max',
    default: '1d',
    help: 'Waiting ticks that are older are dropped, and counted.',
  }),
  spoolPace: whole({
    name: 'spool.pace',
    default: 5,
    least: 1,
    most: 100,
    help: 'Waiting ticks that are brought in a second at most, once somebody takes them again.',
  }),
  cephPath: text({
    name: 'ceph.path',
    default: 'ceph',
    help: "The program ceph, asked once an hour where the folders of this node's OSDs are hidden; empty: never.",
  }),
  cephDiskOccupation: flag({
    name: 'ceph.disk-occupation',
    default: false,
    help: "Give ceph_disk_occupation too; only where Ceph's manager is not scraped, which gives it as well.",
  }),
  smartctlPath: text({
    name: 'smartctl.path',
    default: 'smartctl',
    help: 'The program smartctl, a path or a name on the PATH.',
  }),
  smartctlIntervalMs: positive({
    name: 'smartctl.interval',
    default: '60s',
    help: 'How often the disks are asked through smartctl.',
  }),
})

function positive(options: Parameters<typeof duration>[0]): Setting<number> {
  const setting = duration(options)
  return {
    ...setting,
    parse(raw) {
      const ms = setting.parse(raw)
      if (ms === 0) throw new Error('expected a duration of more than nothing, such as 15s')
      return ms
    },
  }
}

function httpUrl(options: Parameters<typeof optionalText>[0]): Setting<string | undefined> {
  return {
    ...optionalText(options),
    parse(raw) {
      const url = String(raw)
      if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
        throw new Error(`expected a URL such as http://127.0.0.1:9091, found "${url}"`)
      return url
    },
  }
}
