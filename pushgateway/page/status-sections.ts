/** What the status page says of the gateway. */
import { bytesText, countText, timeText } from '#lib/figures'
import type { Exchange, HandlerWorld } from '../http/exchange.ts'
import { totalsOf } from './group-list.ts'
import type { StatusSection } from './status-page.ts'

type Row = StatusSection['rows'][number]

export function statusSections({ world, underWay }: Exchange): readonly StatusSection[] {
  const { build_information: build, flags, start_time: startedAt } = world.status()
  const { groupCount, seriesCount, sizeBytes } = totalsOf(world.store.groups())
  return [
    {
      title: 'Stored',
      rows: [
        ['Groups', countText(groupCount)],
        ['Series', countText(seriesCount)],
        ['Size', bytesText(sizeBytes)],
      ],
    },
    { title: 'Durability', rows: durability(world) },
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

function durability({ settings, state, broken, logSizeBytes }: HandlerWorld): Row[] {
  const { file, fsync, logSizeMax } = settings.persistence
  const reason = broken()
  const now: Row = ['State', reason === undefined ? state() : `broken: ${reason}`]
  if (file === '') return [now, ['Kept', 'in memory only: a restart begins empty']]
  return [
    now,
    ['Write-ahead log', bytesText(logSizeBytes() ?? 0)],
    ['Synced', synced[fsync]],
    ['Next snapshot', `at ${bytesText(logSizeMax)} of log, or at the size of the last if more`],
  ]
}

const synced = {
  always: 'before each answer',
  interval: 'at intervals: the last pushes may be lost',
  never: 'when the kernel likes: the last pushes may be lost',
}
