/** A row of the table: what is done to each side, and what that shows. */
import { sleep, systemClock } from '#lib/clock'
import { momentMs } from './moment.ts'
import type { Order, Posted, Poster } from './poster.ts'
import { type Behaviour, openReceiver, type Receiver } from './receiver.ts'
import type { Bed, Cpu, Side } from './sides.ts'
import type { Figure, Figures } from './table.ts'
import type { AlertWave } from './workload.ts'

export interface Row {
  /** For `--row=`. */
  readonly name: string
  readonly figures: readonly Figure[]
  readonly rounds: number
  /** The sides wait more than they work, and are measured at the same time. */
  readonly isIdle?: true
  measure(course: Course): Promise<Figures>
}

export interface Course {
  readonly side: Side
  readonly poster: Poster
}

export interface Scene extends Bed {
  readonly receiver: Receiver
  /** To the first node, unless another is named. */
  post(order: Omit<Order, 'port'>, node?: number): Promise<Posted>
}

export interface Setting {
  /** Keys of the only route. */
  readonly route: string
  readonly nodes?: number
  readonly receiver?: Behaviour
}

/** Groups of one alert each. */
export const byAlert = 'group_by: [alertname, n], repeat_interval: 4h'

/** A side on empty stores, with one receiver. */
export async function onStage(
  { side, poster }: Course,
  { route, nodes = 1, receiver: behaviour }: Setting,
  play: (scene: Scene) => Promise<Figures>,
): Promise<Figures> {
  await using stack = new AsyncDisposableStack()
  const receiver = await openReceiver(behaviour)
  stack.defer(receiver.close)
  const config = `route: { receiver: hook, ${route} }
receivers: [{ name: hook, webhook_configs: [{ url: '${receiver.url}' }] }]
`
  const bed = await side.open({ config, nodes })
  stack.defer(bed.close)
  const post = (order: Omit<Order, 'port'>, node = 0) =>
    poster.post({ ...order, port: bed.nodes[node]?.port ?? 0 })
  return await play({ ...bed, receiver, post })
}

/** What `run` cost all server processes, what they still did after it included. */
export async function cpuOf(bed: Bed, run: () => Promise<void>): Promise<Cpu> {
  const before = bed.cpu()
  await run()
  await rested(bed)
  const after = bed.cpu()
  return {
    program: after.program - before.program,
    postgres: after.postgres - before.postgres,
    redis: after.redis - before.redis,
  }
}

/** Waits until the servers have next to nothing to do, for some seconds at most. */
async function rested(bed: Bed): Promise<void> {
  let lastMs = totalMs(bed.cpu())
  for (let i = 0; i < 40; i++) {
    await sleep(systemClock, 250)
    const nowMs = totalMs(bed.cpu())
    if (nowMs - lastMs <= 30) return
    lastMs = nowMs
  }
}

const totalMs = ({ program, postgres, redis }: Cpu) => program + postgres + redis

export interface Wait {
  readonly isDone: () => boolean
  /** Grows for as long as something happens. */
  readonly progress: () => number
  readonly quietMs: number
  readonly withinMs: number
}

/** False: nothing has happened for `quietMs`, or it took too long. */
export async function settled({ isDone, progress, quietMs, withinMs }: Wait): Promise<boolean> {
  const endMs = momentMs() + withinMs
  let [last, lastMs] = [progress(), momentMs()]
  for (;;) {
    if (isDone()) return true
    const nowMs = momentMs()
    if (progress() !== last) [last, lastMs] = [progress(), nowMs]
    if (nowMs > endMs || nowMs - lastMs > quietMs) return false
    await sleep(systemClock, 10)
  }
}

/** As many groups as alerts, posted one by one. */
export const singles = (name: string, count: number, more: Partial<AlertWave> = {}): AlertWave => ({
  kind: 'alerts',
  name,
  count,
  batch: 1,
  ...more,
})

/** The share `part` of the values is not above it. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** From the post of each alert to the first notification of it; those told of only. */
export function delaysMs(
  { batch, from = 0 }: AlertWave,
  sentAtMs: Posted['sentAtMs'],
  told: Receiver['told'],
): number[] {
  const firstMs = new Map<number, number>()
  for (const { n, atMs } of told) if (!firstMs.has(n)) firstMs.set(n, atMs)
  return [...firstMs].flatMap(([n, atMs]) => {
    const postedMs = sentAtMs[Math.floor((n - from) / batch)]
    return postedMs == null ? [] : [atMs - postedMs]
  })
}
