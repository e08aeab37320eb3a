/** How many alerts a second are taken in, what reading them all takes, and the memory they need. */
import { systemClock } from '#lib/clock'
import { readAlerts } from '../read-alerts.ts'
import { cpuOf, onStage, quantile, type Row, type Scene } from '../row.ts'
import { atMost, type Figure, type Measured, times } from '../table.ts'

const quietRoute = 'group_by: [group], group_wait: 1h'
const connections = 16
const batch = 50

interface Size {
  readonly name: string
  readonly count: number
  readonly rounds: number
  readonly goals: { readonly fresh: number; readonly again: number; readonly getS: number }
}

function ingest({ name, count, rounds, goals }: Size): Row {
  const title = `${count / 1000}k active`
  const rateOf = (what: string, factor: number): Figure => ({
    name: `ingest, ${title}, ${what}`,
    unit: '/s',
    moreIsBetter: true,
    goal: times('≥', factor),
  })
  const fresh = rateOf('new', goals.fresh)
  const again = rateOf('re-sent', goals.again)
  const get: Figure = {
    name: `GET /api/v2/alerts, ${title}, p50`,
    unit: 's',
    goal: atMost(goals.getS),
  }
  const size: Figure = { name: `GET /api/v2/alerts, ${title}, size`, unit: 'MB' }
  const own: Figure = { name: `resident with ${title}`, unit: 'MiB', goal: atMost(615) }
  const postgres: Figure = { name: `resident with ${title}, PostgreSQL`, unit: 'MiB' }
  return {
    name,
    rounds,
    figures: [fresh, again, ...(count > 50_000 ? [own, postgres] : []), get, size],
    measure: (course) =>
      onStage(course, { route: quietRoute }, async (scene) => {
        const startsAtMs = systemClock.nowMs()
        const measured = new Map<string, Measured>()
        for (const { name } of [fresh, again])
          measured.set(name, await fill(scene, { count, startsAtMs }))
        measured.set(own.name, { value: scene.nodes[0]?.residentMiB() ?? 0 })
        measured.set(postgres.name, { value: scene.postgresMiB() })
        const read = await readAll(scene, count)
        measured.set(get.name, read.time)
        measured.set(size.name, { value: read.sizeMb })
        return measured
      }),
  }
}

async function fill(
  scene: Scene,
  { count, startsAtMs }: { count: number; startsAtMs: number },
): Promise<Measured> {
  let value = 0
  const spent = await cpuOf(scene, async () => {
    const wave = { kind: 'alerts' as const, name: 'Ingest', count, batch, startsAtMs }
    const { acknowledgedAtMs, tookMs } = await scene.post({ wave, connections })
    const acknowledged = acknowledgedAtMs.filter((ms) => ms != null).length * batch
    value = (acknowledged * 1000) / tookMs
  })
  return { value, cpu: { spent, operations: count } }
}

/** Three times, or as often as fifteen seconds allow. */
async function readAll(scene: Scene, count: number) {
  const tookMs: number[] = []
  let sizeBytes = 0
  const spent = await cpuOf(scene, async () => {
    const endMs = systemClock.monotonicMs() + 15_000
    do {
      const read = await readAlerts(scene.nodes[0]?.port ?? 0)
      if (read.alerts !== count) throw new Error(`GET gave ${read.alerts} of ${count} alerts`)
      tookMs.push(read.tookMs)
      sizeBytes = read.sizeBytes
    } while (tookMs.length < 3 && systemClock.monotonicMs() < endMs)
  })
  const time = {
    value: quantile(tookMs, 0.5) / 1000,
    cpu: { spent, operations: tookMs.length },
  }
  return { time, sizeMb: sizeBytes / 1e6 }
}

export const small = ingest({
  name: 'ingest',
  count: 20_000,
  rounds: 3,
  goals: { fresh: 1, again: 2, getS: 0.3 },
})

export const large = ingest({
  name: 'large',
  count: 100_000,
  rounds: 1,
  goals: { fresh: 1.5, again: 2, getS: 1.5 },
})
