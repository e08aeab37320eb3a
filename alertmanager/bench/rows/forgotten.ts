/** What a restart or an outage must not make an alertmanager forget. */
import { sleep, systemClock } from '#lib/clock'
import { groupsTold } from '../receiver.ts'
import { byAlert, onStage, type Row, settled, singles } from '../row.ts'
import { all, type Figures, none } from '../table.ts'

const silenceCount = 100

export const silencesKilled: Row = {
  name: 'silences-kill',
  rounds: 1,
  figures: [{ name: `kill -9: silences lost of ${silenceCount}`, unit: '', goal: none }],
  measure: (course) =>
    onStage(course, { route: byAlert }, async ({ nodes, post }) => {
      await post({ wave: { kind: 'silences', count: silenceCount }, connections: 8 })
      await nodes[0]?.kill()
      await nodes[0]?.start()
      const answer = await fetch(`http://127.0.0.1:${nodes[0]?.port}/api/v2/silences`)
      const kept = (await answer.json()) as unknown[] // API v2 promises a list.
      return only(silencesKilled, silenceCount - kept.length)
    }),
}

const resolvedCount = 200

export const resolvedWhileDown: Row = {
  name: 'resolved',
  rounds: 1,
  isIdle: true,
  figures: [
    {
      name: `resolved while restarted, told of ${resolvedCount}`,
      unit: '',
      moreIsBetter: true,
      goal: all(resolvedCount),
    },
  ],
  measure: (course) =>
    onStage(
      course,
      { route: `${byAlert}, group_wait: 0s, group_interval: 1s` },
      async ({ nodes, post, receiver }) => {
        const endsAtMs = systemClock.nowMs() + 5000
        const wave = singles('Ends', resolvedCount, { endsAtMs })
        await post({ wave, connections: 8 })
        const told = (status: 'firing' | 'resolved') => groupsTold(receiver.told, status).size
        const progress = () => receiver.told.length
        const allTold = (status: 'firing' | 'resolved', quietMs: number) =>
          settled({
            isDone: () => told(status) === resolvedCount,
            progress,
            quietMs,
            withinMs: 20_000,
          })
        await allTold('firing', 4000)
        await nodes[0]?.stop()
        await sleep(systemClock, Math.max(0, endsAtMs - systemClock.nowMs()))
        await nodes[0]?.start()
        await allTold('resolved', 10_000)
        return only(resolvedWhileDown, told('resolved'))
      },
    ),
}

const outage = { alerts: 100, lastsMs: 12_000, alertLivesMs: 6000 }

export const receiverDown: Row = {
  name: 'down',
  rounds: 1,
  isIdle: true,
  figures: [
    {
      name: `receiver down 12 s, alert lives 6 s: untold of ${outage.alerts}`,
      unit: '',
      goal: none,
    },
  ],
  measure: (course) =>
    onStage(
      course,
      { route: `${byAlert}, group_wait: 0s, group_interval: 1s`, receiver: { isDown: true } },
      async ({ post, receiver }) => {
        const endsAtMs = systemClock.nowMs() + outage.alertLivesMs
        await post({ wave: singles('Brief', outage.alerts, { endsAtMs }), connections: 8 })
        await sleep(systemClock, outage.lastsMs)
        receiver.behave({})
        const told = () => new Set(receiver.told.map(({ n }) => n)).size
        const isDone = () => told() === outage.alerts
        await settled({ isDone, progress: told, quietMs: 25_000, withinMs: 40_000 })
        return only(receiverDown, outage.alerts - told())
      },
    ),
}

function only({ figures: [figure] }: Row, value: number): Figures {
  return new Map(figure === undefined ? [] : [[figure.name, { value }]])
}
