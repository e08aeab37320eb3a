/** The acts of the demo, in order. Each waits for what it tells of, and no act waits for ever. */
import { type Clock, sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Clients } from './clients.ts'
import type { Narrator } from './narrator.ts'
import type { Observer, SeenJob } from './observer.ts'
import type { Platform } from './platform.ts'
import type { Scene, SceneDisk } from './scene.ts'
import type { SpanSink } from './spans.ts'
import type { WebhookReceiver } from './webhook.ts'

export interface Stage {
  readonly scene: Scene
  readonly platform: Platform
  readonly clients: Clients
  readonly observer: Observer
  readonly webhook: WebhookReceiver
  readonly sink: SpanSink
  readonly narrator: Narrator
  readonly clock: Clock
  readonly dataDir: string
  /** Whether the platform is killed with `kill -9` while the data moves. */
  readonly kills: boolean
  readonly signal: AbortSignal
}

export interface Outcome {
  readonly jobId: string
  readonly traceId: string
  /** What reading every copy of every object found in the end. */
  readonly proof: Readonly<Record<string, number>>
}

const firstObjects = 400
const recordings = ['failing-1', 'failing-2', 'failing-3', 'failing-4', 'failing-5'] as const

export async function play(stage: Stage): Promise<Outcome> {
  const { scene, narrator } = stage
  const victim = scene.disks[0]
  if (victim === undefined) throw new Error('Cannot play: the scene has no disk')
  await rise(stage)
  await writeFirst(stage)
  await startFailing(stage, victim)
  const traceId = await seeAlert(stage)
  const jobId = await seeRepairBegin(stage)
  if (stage.kills) await killAndRestart(stage)
  narrator.act(`Disk ${victim.node}/${victim.device} dies: its folder is gone`)
  await scene.breakDisk(victim)
  await seeRepairEnd(stage, jobId)
  await seeResolved(stage)
  await stage.clients.stop()
  const proof = await proveAll(stage)
  return { jobId, traceId, proof }
}

async function rise({ narrator, platform, observer, dataDir, scene }: Stage) {
  narrator.act(`Starting zstone: 3 racks, 6 nodes, ${scene.disks.length} data disks`)
  const tookMs = await platform.start()
  await observer.readToken(dataDir)
  narrator.act(`Ready after ${(tookMs / 1000).toFixed(1)} s; status page: ${observer.web}/`)
}

async function writeFirst(stage: Stage) {
  const { clients, narrator, scene } = stage
  clients.start()
  await seen(stage, 'the first objects', () => clients.acknowledged.size >= firstObjects)
  const size = `${(clients.bytesWritten() / 1024 ** 2).toFixed(0)} MiB`
  narrator.act(`Clients have ${firstObjects} objects (${size}) in pool "${scene.pool}", 3 copies`)
}

async function startFailing(stage: Stage, victim: SceneDisk) {
  const { narrator, scene, clock } = stage
  narrator.act(`Disk ${victim.node}/${victim.device} starts to fail: SMART readings get worse`)
  for (const recording of recordings) {
    await scene.replay(victim, recording)
    await sleep(clock, 1000)
  }
}

async function seeAlert(stage: Stage): Promise<string> {
  const { narrator, observer, sink, clock } = stage
  const stateIs = (wanted: string) => async () =>
    (await observer.alerts()).some(
      ({ labels, state }) =>
        labels['alertname'] === 'DiskFailing' && (state === wanted || state === 'firing'),
    )
  await seen(stage, 'DiskFailing pending', stateIs('pending'))
  narrator.act('Rule DiskFailing is pending')
  const evaluation = await seen(stage, 'the span of the evaluation', () =>
    sink.all().find(({ name }) => name === 'evaluate DiskFailing'),
  )
  narrator.follow(evaluation.traceId)
  await seen(stage, 'DiskFailing firing', stateIs('firing'))
  narrator.act('Rule DiskFailing is firing')
  const subject = await seen(stage, 'the mail', () => mailAbout(stage, 'FIRING'))
  const tookMs = clock.nowMs() - evaluation.startMs
  narrator.act(`Mail: "${subject}", ${(tookMs / 1000).toFixed(1)} s after the first evaluation`)
  return evaluation.traceId
}

async function seeRepairBegin(stage: Stage): Promise<string> {
  const { narrator, observer } = stage
  const job = await seen(stage, 'the drain', async () =>
    (await observer.jobs()).find(({ workflow }) => workflow === 'drain device'),
  )
  narrator.act(`Job ${job.id}: ${job.workflow}`)
  await seen(stage, 'data on the move', async () => {
    const { state, step, progress } = await observer.job(job.id)
    const isMoving = step === 'move data' && (progress?.figures['copiesMade'] ?? 0) > 0
    return isMoving || state === 'succeeded'
  })
  narrator.act('Copies are being made elsewhere')
  return job.id
}

async function killAndRestart({ narrator, platform }: Stage) {
  narrator.act('kill -9: the platform is gone in the middle of the repair')
  await platform.kill()
  const tookMs = await platform.start()
  narrator.act(`Started again; ready after ${(tookMs / 1000).toFixed(1)} s`)
}

async function seeRepairEnd(stage: Stage, jobId: string) {
  const { narrator, observer } = stage
  let told = ''
  const job = await seen(stage, 'the end of the drain', async () => {
    const now = await observer.job(jobId)
    const text = `${now.step}: ${now.progress?.text ?? now.state}`
    if (text !== told) narrator.act(`  ${text}`)
    told = text
    return ['succeeded', 'failed', 'cancelled', 'stuck'].includes(now.state) ? now : undefined
  })
  if (job.state !== 'succeeded')
    throw new Error(`The drain ended as ${job.state}: ${job.error?.message ?? 'it says not why'}`)
  narrator.act(`Job ${job.id} succeeded; proof by checksums: ${proofIn(job)}`)
}

/** Once nobody writes any more: every copy of every object, read and compared. */
async function proveAll(stage: Stage): Promise<Outcome['proof']> {
  const { observer, scene } = stage
  const pool = (await observer.pools()).find(({ name }) => name === scene.pool)
  const jobId = await observer.act(`/v1/pools/${pool?.id}/actions/verify`)
  const job = await seen(stage, 'the last proof', async () => {
    const now = await observer.job(jobId)
    return ['succeeded', 'failed'].includes(now.state) ? now : undefined
  })
  if (job.state === 'failed') throw new Error(job.error?.message ?? 'The last proof failed')
  const made = job.steps?.find(({ name }) => name === 'read every copy')?.made
  return (made?.proof ?? {}) as Outcome['proof'] // The API's type of a proof: figures by name.
}

async function seeResolved(stage: Stage) {
  const subject = await seen(stage, 'the resolved mail', () => mailAbout(stage, 'RESOLVED'))
  stage.narrator.act(`Mail: "${subject}"`)
}

async function mailAbout({ observer }: Stage, word: string): Promise<string | undefined> {
  const mails = await observer.mails()
  return mails.find(({ subject }) => subject.includes(word) && subject.includes('DiskFailing'))
    ?.subject
}

function proofIn({ steps = [] }: SeenJob): string {
  const made = steps.find(({ name }) => name === 'prove redundancy')?.made
  return JSON.stringify(made?.['proof'] ?? made ?? 'none')
}

/** So long that a busy machine is no reason. */
const actMsMax = 120_000

/** Waits until `look` gives something; what cannot be asked right now is asked again. */
async function seen<T>(
  { narrator, clock, signal }: Stage,
  what: string,
  look: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const startedMs = clock.monotonicMs()
  let last: unknown = 'it never came'
  for (;;) {
    narrator.look()
    if (signal.aborted) throw new Error('Stopped before the end')
    try {
      const found = await look()
      if (found) return found as NonNullable<T> // Truthy, so neither null nor undefined.
    } catch (error) {
      last = messageOf(error)
    }
    if (clock.monotonicMs() - startedMs > actMsMax)
      throw new Error(`Waited ${actMsMax / 1000} s for ${what}: ${last}`)
    await sleep(clock, 100)
  }
}
