/** A real zstone whose disk begins to fail: what it exposes and fires, reading by reading. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sleep, systemClock } from '#lib/clock'
import { searchPath } from '#test/environment'
import { until } from '#test/until'
import { createPlatform } from '../../demo/platform.ts'
import { buildScene, type Scene, type SceneDisk } from '../../demo/scene.ts'

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

/** Without jest: a program may ask for it too. */
export async function liveCluster(): Promise<readonly Reading[]> {
  const folder = await mkdtemp(join(tmpdir(), 'zstone-lived-'))
  const dataDir = join(folder, 'data')
  const scene = await buildScene(folder, 'http://127.0.0.1:9/nobody')
  const zstone = createPlatform({
    program: fileURLToPath(new URL('../../bin/zstone', import.meta.url)),
    args: [`--config=${scene.configPath}`, `--data-dir=${dataDir}`],
    env: { PATH: searchPath() },
    logPath: join(folder, 'zstone.log'),
    readyUrl: `${urlOf(scene).web}/-/ready`,
    clock: systemClock,
    startMsMax: 120_000,
    signal: new AbortController().signal,
  })
  try {
    await zstone.start()
    return await live(scene, (await readFile(join(dataDir, 'master-token'), 'utf8')).trim())
  } finally {
    await zstone.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

function urlOf({ ports }: Scene) {
  const url = (port: number) => `http://127.0.0.1:${port}`
  const { web, pushgateway, prometheus } = ports
  return { web: url(web), pushgateway: url(pushgateway), prometheus: url(prometheus) }
}

async function live(scene: Scene, token: string): Promise<readonly Reading[]> {
  const { web, prometheus } = urlOf(scene)
  const [disk] = scene.disks as [SceneDisk] // There are twelve.
  const write = writer(`${web}/v1/pools/${scene.pool}/objects`, token)
  await write(0)
  await until(async () => (await alertsOf(prometheus)).length > 0)
  await scene.replay(disk, 'failing-5')
  const isDraining = async () => /zstone_master_jobs?_/.test(await textOf(web))
  const found: Reading[] = []
  while (found.length < readings || !(await isDraining())) {
    await write(found.length + 1)
    found.push(await read(scene))
    await sleep(systemClock, everyMs)
    if (found.length > 3 * readings) break
  }
  return found.slice(-readings)
}

function writer(url: string, token: string): (turn: number) => Promise<void> {
  const headers = { Authorization: `Bearer ${token}` }
  return async (turn) => {
    for (const i of [1, 2, 3, 4]) {
      const path = `${url}/object-${turn}-${i}`
      await fetch(path, { method: 'PUT', headers, body: 'x'.repeat(20_000 + i) })
      await (await fetch(path, { headers })).text()
    }
  }
}

async function read(scene: Scene): Promise<Reading> {
  const { web, pushgateway, prometheus } = urlOf(scene)
  const [own, pushed, alerts] = await Promise.all([
    textOf(web),
    textOf(pushgateway),
    alertsOf(prometheus),
  ])
  return { own, pushed, alerts }
}

async function textOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}

async function alertsOf(prometheus: string): Promise<readonly Alert[]> {
  const query = encodeURIComponent('{__name__=~"ALERTS(_FOR_STATE)?"}')
  const answer = await fetch(`${prometheus}/api/v1/query?query=${query}`)
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
