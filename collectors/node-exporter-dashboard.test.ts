/**
 * What a dashboard of node_exporter asks is answered alike. An invented node lives for minutes,
 * both say how it is every 15 s, and a real Prometheus evaluates over what they said.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { hasNodeExporter, openNodeExporter, upstreamDefaults } from '#test/node-exporter'
import { hasPrometheus, openPrometheus, type PrometheusServer } from '#test/prometheus'
import { largeNode } from './fake/large-node.ts'
import { seriesOf } from './fake/series.ts'
import { type PlantedTree, plantTree } from './fake/tree.ts'
import { createFiles } from './files.ts'
import { hostCollectors } from './host/list.ts'
import { createCollection } from './run.ts'

const areAtHand = hasNodeExporter() && hasPrometheus()
const besidePeers = areAtHand ? test : test.skip

const startSeconds = 1_763_700_000
const everySeconds = 15
const steps = 21
const size = { processors: 4, disks: 3, nics: 2 }

/** `$s` stands for the labels that choose whose series they are. */
const expressions = readFileSync(
  new URL('fixtures/dashboard-expressions.txt', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')

const ofTheKernel = new Set(['timex', 'uname', 'tcpstat', 'time', 'systemd', 'kernel_hung'])
let prometheus: PrometheusServer | undefined
let planted: PlantedTree | undefined

beforeAll(async () => {
  if (!areAtHand) return
  planted = plantTree(largeNode(size))
  const { root } = planted
  // A clock that stands still: no collector is too late because the machine is busy.
  const clock = createManualClock()
  const world = { clock, log: silentLog, files: createFiles(root), machine: 'x86_64' }
  const collectors = hostCollectors(world)
    .filter(({ name }) => !ofTheKernel.has(name))
    .map(({ pace: _, ...collector }) => collector)
  const collection = createCollection({ ...world, collectors })
  const names = collectors.map(({ name }) => `--collector.${name}`)
  const peer = await openNodeExporter({
    root,
    args: [
      '--collector.disable-defaults',
      ...names,
      ...upstreamDefaults,
      '--no-collector.netdev.netlink',
    ],
  })
  const samples: string[] = []
  for (let step = 0; step < steps; step++) {
    const { files } = largeNode({ ...size, seconds: 1_000_000 + step * everySeconds })
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
    const [theirs, ours] = await Promise.all([peer.scrape(), collection.collect()])
    const at = startSeconds + step * everySeconds
    for (const [series, value] of theirs.values) samples.push(timed(series, 'theirs', value, at))
    for (const [series, value] of Object.entries(seriesOf(ours)))
      samples.push(timed(series, 'ours', value, at))
  }
  await peer.close()
  await collection.close()
  prometheus = await openPrometheus(`${samples.join('\n')}\n# EOF\n`)
})
afterAll(async () => {
  planted?.remove()
  await prometheus?.close()
})

function timed(series: string, job: string, value: number, at: number): string {
  const [, name, inner] = /^(\w+)(?:\{(.*)\})?$/s.exec(series) ?? []
  const labels = [`job="${job}"`, ...(inner === undefined ? [] : [inner])].join(',')
  // OpenMetrics has no blank there.
  const bare = labels.replace(/", (?=\w+=")/g, '",')
  return `${name}{${bare}} ${value} ${at}`
}

interface Answer {
  readonly error?: string
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly value: readonly [number, string]
    }[]
  }
}

async function answer(expression: string, job: string): Promise<Record<string, number>> {
  const query = expression.replaceAll('$s', `job="${job}"`)
  const time = startSeconds + (steps - 1) * everySeconds
  const parameters = new URLSearchParams({ query, time: String(time) })
  const response = await fetch(`${prometheus?.url}/api/v1/query?${parameters}`)
  // The promise of Prometheus' HTTP API for an instant vector.
  const { data, error } = (await response.json()) as Answer
  if (data === undefined) throw new Error(`${query}: ${error}`)
  return Object.fromEntries(
    data.result.map(({ metric: { job: _, ...labels }, value }) => [
      JSON.stringify(Object.entries(labels).sort()),
      Number(value[1]),
    ]),
  )
}

/** The file system under the invented node is a real one, and others write to it. */
const isMoving = /filesystem_(avail|files|free)/

besidePeers.each(expressions)('both answer alike to %s', async (expression) => {
  const [ours, theirs] = await Promise.all([
    answer(expression, 'ours'),
    answer(expression, 'theirs'),
  ])
  const labels = Object.keys(theirs).sort()
  expect(labels.length).toBeGreaterThan(0)
  expect(Object.keys(ours).sort()).toEqual(labels)
  const share = isMoving.test(expression) ? 0.1 : 1e-11
  const isNear = (our = Number.NaN, their = Number.NaN) =>
    Object.is(our, their) || Math.abs(our - their) <= share * Math.abs(their)
  const far = labels.filter((one) => !isNear(ours[one], theirs[one]))
  expect(far.map((one) => `${one}: ${ours[one]}, ${theirs[one]}`)).toEqual([])
})
