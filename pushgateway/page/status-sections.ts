/** What the status page says of the gateway. */
import { bytesText, countText, timeText } from '#lib/figures'
import type { Exchange } from '../exchange.ts'
import { totalsOf } from './group-list.ts'
import type { StatusSection } from './status-page.ts'

export function statusSections({ world, underWay }: Exchange): readonly StatusSection[] {
  const { build_information: build, flags, start_time: startedAt } = world.status()
  const { groupCount, seriesCount, sizeBytes } = totalsOf(world.store.groups())
  const broken = world.broken()
  const logSizeBytes = world.logSizeBytes()
  return [
    {
      title: 'Stored',
      rows: [
        ['Groups', countText(groupCount)],
        ['Series', countText(seriesCount)],
        ['Size', bytesText(sizeBytes)],
      ],
    },
    {
      title: 'Durability',
      rows: [
        ['State', broken === undefined ? world.state() : `broken: ${broken}`],
        ['Write-ahead log', logSizeBytes === undefined ? 'none' : bytesText(logSizeBytes)],
        ['Next snapshot', `at ${bytesText(world.settings.persistence.logSizeMax)} of log or more`],
      ],
    },
    {
      title: 'Queue',
      rows: [
        ['Waiting', countText(underWay.pushes)],
        ['At most', countText(world.settings.push.queueLengthMax)],
      ],
    },
    {
      title: 'Build',
      rows: [...Object.entries(build), ['started', timeText(Date.parse(startedAt))]],
    },
    { title: 'Flags', rows: Object.entries(flags) },
  ]
}
