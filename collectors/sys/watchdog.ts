/** Watchdogs, which restart a machine that hangs: /sys/class/watchdog. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { addNumbers, attributesAt, type NumberRow, namesIn } from './attributes.ts'
import { rarePace } from './pace.ts'

const info = gauge('node_watchdog_info', 'Who a watchdog is, and its state; always 1.')
const table: readonly NumberRow[] = [
  ['access_cs0', gauge('node_watchdog_access_cs0', 'Whether it boots from the first flash.'), 1],
  ['bootstatus', gauge('node_watchdog_bootstatus', 'Why it last restarted, as flags.'), 1],
  ['fw_version', gauge('node_watchdog_fw_version', 'Version of its firmware.'), 1],
  ['nowayout', gauge('node_watchdog_nowayout', 'Whether it cannot be stopped.'), 1],
  ['pretimeout', gauge('node_watchdog_pretimeout_seconds', 'When it warns, before its end.'), 1],
  ['timeleft', gauge('node_watchdog_timeleft_seconds', 'Time until it restarts the machine.'), 1],
  ['timeout', gauge('node_watchdog_timeout_seconds', 'Time that it gives.'), 1],
]
const facts = ['identity', 'options', 'pretimeout_governor', 'state', 'status'] as const

const folder = '/sys/class/watchdog'

export function createWatchdog({
  files,
}: {
  files: Pick<Files, 'readText' | 'listIfPresent'>
}): Collector {
  return {
    name: 'watchdog',
    pace: rarePace,
    collect() {
      const families = createFamilies()
      for (const name of namesIn(files, folder, /^watchdog\d+$/)) {
        const attributes = attributesAt(files, `${folder}/${name}`)
        addNumbers(families, { labels: { name }, table, attributes })
        const said = facts.map((fact) => [fact, attributes(fact) ?? ''])
        families.add(info, { name, ...Object.fromEntries(said) }, 1)
      }
      return families.list()
    },
  }
}
