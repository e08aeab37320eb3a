/** What becomes of targets while files change under a scraper that runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { until } from '#test/until'
import { parse } from '../parse.ts'
import { runInstant } from '../run.ts'
import { limits } from '../scenario.conformance.ts'
import { createScraper, type Scraper } from '../scrape.ts'
import { createSamples } from '../store/samples.ts'
import { type Exporter, openExporter } from './peer.conformance.ts'

const everyMs = 15_000

let exporter: Exporter
let folder: string
let file: string
let world: ReturnType<typeof createWorld>

function createWorld() {
  const clock = createManualClock()
  const metrics = createMetrics()
  const samples = createSamples({ metrics, retentionMs: 7_200_000, seriesMax: 1000 })
  const scraper: Scraper = createScraper({
    ...{ clock, log: silentLog, metrics, samples, sampleMax: 1000 },
    ...{ intervalMs: everyMs, timeoutMs: everyMs },
    habits: { addsPort: true, evensBounds: false },
  })
  const ask = (query: string) => {
    const value = runInstant(parse(query), { source: samples, limits, atMs: clock.nowMs() })
    return value.type === 'vector' ? value.elements : []
  }
  const shown = (query: string) =>
    ask(query)
      .map(({ labels, value }) => `${labels['__name__']} ${labels['job']} ${value}`)
      .sort()
  /** Whether no answer is on the way that was asked for: else its time runs out meanwhile. */
  const isQuiet = () =>
    scraper.targets().every(({ last }) => !last || last.atMs > clock.nowMs() - everyMs)
  /** Lets time pass in which the file is looked at. */
  const look = async () => {
    await clock.advance(5_000)
    await until(isQuiet)
  }
  /** Lets an interval pass, and the answers come in. */
  const scrape = async () => {
    await clock.advance(everyMs)
    await until(() => scraper.targets().every(({ last }) => last) && isQuiet())
  }
  return { clock, metrics, scraper, shown, look, scrape }
}

beforeEach(async () => {
  exporter = await openExporter()
  exporter.expose('/metrics', 'a 1\n')
  exporter.expose('/b', 'b 2\n')
  folder = mkdtempSync(join(tmpdir(), 'zstone-jobs-'))
  file = join(folder, 'prometheus.yml')
  world = createWorld()
})

afterEach(async () => {
  await world.scraper.close()
  await exporter.close()
  rmSync(folder, { recursive: true, force: true })
})

const addressOf = () => new URL(exporter.url).host

function configure(...jobs: object[]): void {
  writeFileSync(file, JSON.stringify({ scrape_configs: jobs }))
}

const job = (name: string, more: object = {}) => ({
  job_name: name,
  static_configs: [{ targets: [addressOf()] }],
  ...more,
})

test('a job that is gone is read no more, and its series end; another goes on', async () => {
  const { scraper, shown, look, scrape } = world
  configure(job('one'), job('two', { metrics_path: '/b' }))
  await scraper.follow(file)
  await scrape()
  expect(shown('up')).toEqual(['up one 1', 'up two 1'])
  configure(job('two', { metrics_path: '/b' }))
  await look()
  await until(() => scraper.targets().length === 1)
  expect(shown('{job=~".+"}').filter((line) => !line.startsWith('scrape'))).toEqual([
    'b two 2',
    'up two 1',
  ])
  const reads = exporter.reads('/metrics', 'ZStone')
  await scrape()
  expect(exporter.reads('/metrics', 'ZStone')).toBe(reads)
})

test('a job that changes goes on with its series, without an end between', async () => {
  const { scraper, shown, look, scrape } = world
  configure(job('one'))
  await scraper.follow(file)
  await scrape()
  configure(job('one', { sample_limit: 5 }))
  await look()
  expect(shown('a')).toEqual(['a one 1'])
  await scrape()
  expect(shown('a')).toEqual(['a one 1'])
})

test('a file that cannot be read any more changes nothing', async () => {
  const { scraper, shown, look, scrape } = world
  configure(job('one'))
  await scraper.follow(file)
  await scrape()
  writeFileSync(file, 'scrape_configs: [')
  await look()
  await scrape()
  expect(shown('up')).toEqual(['up one 1'])
  await expect(createWorld().scraper.follow(file)).rejects.toThrow('Cannot use scrape config')
})

test('targets come and go with the files that name them', async () => {
  const { scraper, shown, look, scrape } = world
  const targets = (name: string, text: string) => writeFileSync(join(folder, name), text)
  targets('t-1.yml', `- targets: ['${addressOf()}']\n  labels: {zone: a}`)
  configure({
    job_name: 'found',
    file_sd_configs: [{ files: ['t-*.yml', 't-2.json'] }],
    relabel_configs: [
      { source_labels: ['zone'], regex: 'no', action: 'drop' },
      { source_labels: ['zone'], target_label: 'job' },
      { source_labels: ['zone'], regex: 'b', target_label: '__metrics_path__', replacement: '/b' },
    ],
  })
  await scraper.follow(file)
  await scrape()
  expect(shown('up')).toEqual(['up a 1'])
  targets(
    't-2.json',
    JSON.stringify([
      { targets: [addressOf()], labels: { zone: 'b' } },
      { targets: [addressOf()], labels: { zone: 'no' } },
      { targets: ['with/slash'] },
    ]),
  )
  await look()
  await until(() => scraper.targets().length === 2)
  expect(scraper.dropped().get('found')?.count).toBe(1)
  await scrape()
  expect(shown('up')).toEqual(['up a 1', 'up b 1'])
  expect(shown('b')).toEqual(['b b 2'])
  targets('t-1.yml', 'no targets')
  await look()
  await scrape()
  expect(shown('up')).toEqual(['up a 1', 'up b 1'])
  rmSync(join(folder, 't-1.yml'))
  await look()
  await until(() => scraper.targets().length === 1)
  expect(shown('{job="a"}')).toEqual([])
  const text = await world.metrics.registry.metrics()
  expect(text).toContain('zstone_promql_scrape_targets 1')
  expect(text).toContain('zstone_promql_scrape_targets_invalid 1')
})

test('too many targets are all not read, until there are fewer', async () => {
  const { scraper, shown, look, scrape } = world
  const two = [
    { targets: [addressOf()], labels: { a: '1' } },
    { targets: [addressOf()], labels: { a: '2' } },
  ]
  configure({ job_name: 'one', target_limit: 1, static_configs: two })
  await scraper.follow(file)
  await scrape()
  expect(shown('up')).toEqual(['up one 0', 'up one 0'])
  const [{ last } = { last: undefined }] = scraper.targets()
  expect(last?.error).toBe('target_limit exceeded (number of targets: 2, limit: 1)')
  configure({ job_name: 'one', target_limit: 20, static_configs: two })
  await look()
  await scrape()
  expect(shown('up')).toEqual(['up one 1', 'up one 1'])
})

test('what a target exposes no more ends, also where nothing of it can be read', async () => {
  const { shown, scraper, scrape } = world
  exporter.expose('/metrics', 'a 1\nb 2\n', 'b 3\n', 'b x\n', 'b 4\n')
  configure(job('one'))
  await scraper.follow(file)
  await scrape()
  expect(shown('{__name__=~"a|b"}')).toEqual(['a one 1', 'b one 2'])
  await scrape()
  expect(shown('{__name__=~"a|b"}')).toEqual(['b one 3'])
  await scrape()
  expect(shown('{__name__=~"a|b|up"}')).toEqual(['up one 0'])
  await scrape()
  expect(shown('{__name__=~"a|b|up"}')).toEqual(['b one 4', 'up one 1'])
})

test('times of samples count, and such a series does not end, unless a job says otherwise', async () => {
  const { clock, scraper, shown, scrape } = world
  const at = (value: number) => `a ${value} ${clock.nowMs() - 1000}\n`
  const jobs = [
    job('honors'),
    job('ends', { track_timestamps_staleness: true }),
    job('ignores', { honor_timestamps: false }),
  ]
  configure(...jobs)
  exporter.expose('/metrics', at(1))
  await scraper.follow(file)
  await scrape()
  const ages = () =>
    scraper.targets().map(({ labels }) => {
      return shown(`time() - timestamp(a{job="${labels['job']}"}) > 15`).length
    })
  expect(ages()).toEqual([1, 1, 0])
  exporter.expose('/metrics', 'b 1\n')
  await scrape()
  expect(shown('a').sort()).toEqual(['a honors 1'])
})
