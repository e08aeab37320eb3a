/** A real zstone whose disk begins to fail: what it exposes and fires, reading by reading. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep, systemClock } from '#lib/clock'
import { until } from '#test/until'
import { buildScene, type Scene, type SceneDisk } from '../../demo/scene.ts'
import { startZstone, type Zstone } from '../e2e/zstone.ts'

export interface Reading {
  /** Text of the pushgateway, honoured as it is. */
  readonly pushed: string
  /** Text of the process itself. */
  readonly own: string
  /** `ALERTS` and `ALERTS_FOR_STATE`. */
  readonly alerts: readonly Alert[]
}

export interface Alert {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

const readings = 21
const everyMs = 1000

export async function liveCluster(): Promise<readonly Reading[]> {
  const folder = await mkdtemp(join(tmpdir(), 'zstone-lived-'))
  const scene = await buildScene(folder, 'http://127.0.0.1:9/nobody')
  const zstone = await startZstone({
    dataDir: join(folder, 'data'),
    args: [`--config=${scene.configPath}`],
  })
  try {
    return await live(zstone, scene)
  } finally {
    await zstone.child.end('SIGTERM')
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

async function live(zstone: Zstone, scene: Scene): Promise<readonly Reading[]> {
  const [disk] = scene.disks as [SceneDisk] // There are twelve.
  await write(zstone, scene.pool, 0)
  await until(async () => (await alertsOf(zstone)).length > 0, { withinMs: 60_000 })
  await scene.replay(disk, 'failing-5')
  const isDraining = async () => /zstone_master_jobs?_/.test(await textOf(zstone.url.web))
  const found: Reading[] = []
  while (found.length < readings || !(await isDraining())) {
    await write(zstone, scene.pool, found.length + 1)
    found.push(await read(zstone))
    await sleep(systemClock, everyMs)
    if (found.length > 3 * readings) break
  }
  return found.slice(-readings)
}

async function write({ ask }: Zstone, pool: string, turn: number): Promise<void> {
  for (const i of [1, 2, 3, 4]) {
    const path = `/v1/pools/${pool}/objects/object-${turn}-${i}`
    await ask(path, { method: 'PUT', body: 'x'.repeat(20_000 + i) })
    await (await ask(path)).text()
  }
}

async function read(zstone: Zstone): Promise<Reading> {
  const { web, pushgateway } = zstone.url
  const [own, pushed, alerts] = await Promise.all([
    textOf(web),
    textOf(pushgateway),
    alertsOf(zstone),
  ])
  return { own, pushed, alerts }
}

async function textOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}

async function alertsOf({ url }: Zstone): Promise<readonly Alert[]> {
  const query = encodeURIComponent('{__name__=~"ALERTS(_FOR_STATE)?"}')
  const answer = await fetch(`${url.prometheus}/api/v1/query?query=${query}`)
  const { data } = (await answer.json()) as Answer
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
}

/** The promise of Prometheus' HTTP API for an instant vector. */
interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly value: readonly [number, string]
    }[]
  }
}
