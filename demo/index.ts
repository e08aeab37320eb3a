/** The demo: a disk fails and dies while clients write, and nobody has to wake up for it. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { openHttp } from '#lib/http/server'
import type { Random } from '#lib/random'
import { createClients } from './clients.ts'
import { createNarrator } from './narrator.ts'
import { createObserver } from './observer.ts'
import { createPlatform } from './platform.ts'
import { buildScene } from './scene.ts'
import { createSpanSink } from './spans.ts'
import { play, type Stage } from './story.ts'
import { judge, type Summary } from './summary.ts'
import { createWebhookReceiver } from './webhook.ts'

/** What was just ended may still close a file or two. */
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }

export { buildScene, type Scene } from './scene.ts'
export { createSpanSink, type SeenSpan } from './spans.ts'
export type { Summary } from './summary.ts'

export interface DemoOptions {
  /** The executable `zstone`. */
  readonly program: string
  readonly env: Readonly<Record<string, string>>
  readonly kills: boolean
  /** Aborts: everything that was started is stopped. */
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly random: Random
  readonly write: (line: string) => void
}

const startMsMax = 120_000

/** Runs it once, in a folder of its own; everything it proved, or what it could not. */
export async function runDemo(options: DemoOptions): Promise<Summary> {
  const { clock, random, write } = options
  await using stack = new AsyncDisposableStack()
  const sink = createSpanSink()
  const webhook = createWebhookReceiver()
  const listener = await openHttp(
    { name: 'the demo', address: '127.0.0.1:0', flag: 'nothing' },
    (request, response) =>
      (request.url === '/v1/traces' ? sink : webhook).handle(request, response),
  )
  stack.defer(() => listener.close())
  const folder = await mkdtemp(join(tmpdir(), 'zstone-demo-'))
  await chmod(folder, 0o755) // Started by root, the embedded PostgreSQL is another user.
  const scene = await buildScene(folder, `${listener.url}/alerts`)
  const dataDir = join(folder, 'data')
  const observer = createObserver(scene.ports)
  const platform = createPlatform({
    ...options,
    args: ['--config', scene.configPath, '--data-dir', dataDir],
    env: { ...options.env, OTEL_EXPORTER_OTLP_ENDPOINT: listener.url },
    logPath: join(folder, 'zstone.log'),
    readyUrl: `${observer.web}/-/ready`,
    startMsMax,
  })
  stack.defer(async () => void (await platform.stop()))
  const url = `${observer.web}/v1/pools/${scene.pool}/objects`
  const load = { writers: 4, objectBytes: 32 * 1024 }
  const clients = createClients({ url, token: observer.token, clock, random, ...load })
  stack.defer(() => clients.stop())
  const narrator = createNarrator({ clock, sink, write })
  const { kills, signal } = options
  const stage: Stage = {
    ...{
      scene,
      platform,
      clients,
      observer,
      webhook,
      sink,
      narrator,
      clock,
      dataDir,
      kills,
      signal,
    },
  }
  const startedMs = clock.monotonicMs()
  try {
    const outcome = await play(stage)
    const summary = await judge(stage, outcome, clock.monotonicMs() - startedMs)
    if (summary.faults.length === 0) stack.defer(() => rm(folder, removal))
    else write(`Everything is left in ${folder}`)
    return summary
  } catch (error) {
    write(`Everything is left in ${folder}`)
    return { lines: [], faults: [messageOf(error)] }
  }
}
