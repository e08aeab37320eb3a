/** Settings of the program `zstnlet`; the names are its flags. */
import { duration, optionalText, type Setting, text } from '#lib/config'

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
