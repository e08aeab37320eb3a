/** What comes of expositions and configurations, beside a Prometheus that reads the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { type HttpServer, openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { givenPrometheus3 } from '#test/environment'
import { hasPrometheus } from '#test/prometheus'
import { until } from '#test/until'
import { createPromql, type Promql } from '../promql.ts'
import { promqlSettings } from '../settings.ts'
import {
  type Exporter,
  openExporter,
  openScrapingPrometheus,
  type ScrapingPrometheus,
  writeConfig,
} from './peer.conformance.ts'

const program3 = givenPrometheus3()
const peers = [
  ...(hasPrometheus() ? [{ version: '2.42', program: 'prometheus' }] : []),
  ...(program3 === undefined ? [] : [{ version: '3.5', program: program3 }]),
]

const sound: Readonly<Record<string, string>> = {
  plain: 'a 1\nb{x="y"} 2\n',
  metadata: '# HELP a What it is.\n# TYPE a counter\na 1\n# TYPE b untyped\nb 2\n',
  blanks: '\n\n  \n \t# a\na   1  \nb\t{ x = "y" , }\t2 \nc{x="1"}3\n\n',
  numbers: 'a 1e3\nb +Inf\nc -Inf\nd NaN\ne 1.7976931348623157e308\nf .5\ng 5.\nh -0\ni 0.1\n',
  escapes: 'a{x="a \\"b\\" \\\\ c\\nd \\x"} 1\nb{x="é 😀 {}"} 2\n',
  noEnd: 'a 1\nb 2',
  commentLast: 'a 1\n# b',
  comments: '#a\n# a\n#\n# HELP\n# TYPE\n# EOF\n# UNIT a b\na 1\n',
  noCommas: 'a{x="1"y="2"} 1\n',
  newlineInside: 'a{x="1\n2"} 1\n',
  empty: '',
  blank: '\n',
  emptyValue: 'a{x=""} 1\nb{instance=""} 2\nc{job="",instance="z"} 3\n',
  own: 'a{job="mine",instance="here",exported_job="x"} 1\n',
  twins: 'a 1\na 1\nb{x="1",y="2"} 1\nb{y="2",x="1"} 2\n',
  helpOddly: '# HELP a-b c\na 1\n# HELP a\na_b 1\n',
  histogram:
    '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="2.50"} 1\nh_bucket{le="1e3"} 2\n' +
    'h_bucket{le="+Inf"} 2\nh_sum 3\nh_count{le="x"} 2\n# TYPE s summary\ns{quantile="0.50"} 1\n' +
    '# TYPE g gauge\ng{le="1"} 1\ng_bucket{le="1"} 4\nh_bucket{le="9"} 2\n',
  up: 'up 7\nscrape_duration_seconds 3\n',
  many: Array.from({ length: 3000 }, (_, i) => `m${i}{x="${'y'.repeat(i % 50)}"} ${i}\n`).join(''),
}

const broken: Readonly<Record<string, string>> = {
  noValue: 'a 1\nb\n',
  noNumber: 'a 1\nb x\n',
  hex: 'a 0x1p3\n',
  underscores: 'a 1_000\n',
  infinite: 'a 1e999\n',
  noBrace: 'a 1\nb{x="y" 2\n',
  noQuote: 'a{x=y} 2\n',
  noLabel: 'a{="y"} 2\n',
  twoCommas: 'a{x="1",,y="2"} 2\n',
  firstComma: 'a{,x="1"} 2\n',
  digit: '9a 1\n',
  dash: 'a-b 1\n',
  surplus: 'a 1 2 3\n',
  oddTime: 'a 1 x\n',
  negativeTime: 'a 1 -5\n',
  oddType: '# TYPE a counted\na 1\n',
  typeless: '# TYPE a \na 1\n',
  typeBlank: '# TYPE a counter \na 1\n',
  oddName: '# TYPE 9a counter\na 1\n',
  carriage: 'a 1\r\nb 2\r\n',
  labelTwice: 'a{x="1",x="2"} 1\n',
  html: '<html><body>no metrics</body></html>\n',
}

const openMetrics: Readonly<Record<string, string>> = {
  om: '# TYPE a counter\n# UNIT a_seconds seconds\n# HELP a b\na_total 1 1.5\nb 2\n# EOF\n',
  omExemplar: 'a_bucket{le="1"} 3 # {trace="x"} 0.5\nb_total 1 # {} 2 3.5\n# EOF',
  omNoEnd: 'a 1\n',
  omAfter: 'a 1\n# EOF\nb 1\n',
  omEmptyLine: 'a 1\n\nb 1\n# EOF\n',
}

const paths = [...Object.keys(sound), ...Object.keys(broken), ...Object.keys(openMetrics)]

/** Every page with honor_labels and without, and jobs for what else can be set. */
function configOf(exporter: Exporter, folder: string): string {
  const address = new URL(exporter.url).host
  const target = (path: string, labels = {}) => ({
    targets: [address],
    labels: { __metrics_path__: `/${path}`, page: path, ...labels },
  })
  const jobs = [
    { job_name: 'all', static_configs: paths.map((path) => target(path)) },
    {
      job_name: 'honored',
      honor_labels: true,
      static_configs: ['own', 'emptyValue', 'up'].map((path) => target(path, { extra: 'e' })),
    },
    {
      job_name: 'limits',
      sample_limit: 2,
      static_configs: [target('plain'), target('numbers')],
    },
    { job_name: 'body', body_size_limit: '1KB', static_configs: [target('plain'), target('many')] },
    { job_name: 'labels', label_limit: 4, static_configs: [target('plain'), target('own')] },
    { job_name: 'names', label_name_length_limit: 9, static_configs: [target('own')] },
    { job_name: 'values', label_value_length_limit: 25, static_configs: [target('escapes')] },
    { job_name: 'targets', target_limit: 1, static_configs: [target('plain'), target('numbers')] },
    { job_name: 'plainly', enable_compression_: undefined, static_configs: [target('gone')] },
    {
      job_name: 'metric relabelling',
      static_configs: [target('many'), target('own'), target('plain')],
      metric_relabel_configs: [
        { source_labels: ['__name__'], regex: 'm.*[1-9]', action: 'drop' },
        { source_labels: ['x'], regex: '(y+)', target_label: 'length', replacement: 'long-$1' },
        { regex: 'exported_(.+)', action: 'labelmap', replacement: 'theirs_$1' },
        { regex: 'exported_.+', action: 'labeldrop' },
        {
          source_labels: ['__name__', 'page'],
          target_label: '__name__',
          separator: '_',
          regex: '(a_own)',
          replacement: '$1:$2z',
        },
        { source_labels: ['x'], modulus: 7, target_label: 'shard', action: 'hashmod' },
        { source_labels: ['page'], target_label: 'page', action: 'uppercase' },
      ],
    },
    {
      job_name: 'nameless',
      static_configs: [target('plain')],
      metric_relabel_configs: [{ regex: '__name__', action: 'labeldrop' }],
    },
    {
      job_name: 'relabelling',
      params: { a: ['1', '2'], b: ['x y'] },
      file_sd_configs: [{ files: [join(folder, 'targets-*.yml')] }],
      relabel_configs: [
        { source_labels: ['kind'], regex: 'dropped', action: 'drop' },
        {
          source_labels: ['__meta_filepath'],
          regex: '.*/targets-(.*)\\.yml',
          target_label: 'file',
        },
        { source_labels: ['__address__', 'kind'], target_label: 'instance', separator: '/' },
        { source_labels: ['kind'], target_label: '__param_a', regex: '(.+)' },
        { regex: 'label_(.+)', action: 'labelmap' },
        { source_labels: ['kind'], target_label: 'zone', action: 'dropequal' },
        {
          source_labels: ['kind'],
          regex: 'slow',
          target_label: '__scrape_interval__',
          replacement: '4s',
        },
      ],
    },
  ].map(({ enable_compression_, ...job }: { enable_compression_?: undefined } & object) => job)
  const groups = [
    target('plain', { kind: 'kept', label_zone: 'z1' }),
    target('numbers', { kind: 'dropped' }),
    target('own', { kind: 'slow' }),
    target('own', { kind: 'equal', zone: 'equal' }),
  ]
  writeFileSync(join(folder, 'targets-one.yml'), JSON.stringify(groups))
  return JSON.stringify({
    global: { scrape_interval: '2s', scrape_timeout: '2s' },
    scrape_configs: jobs,
  })
}

describe.each(peers)('beside Prometheus $version', ({ version, program }) => {
  let exporter: Exporter
  let peer: ScrapingPrometheus
  let promql: Promql
  let ours: HttpServer
  const folder = mkdtempSync(join(tmpdir(), 'zstone-scrape-'))

  beforeAll(async () => {
    exporter = await openExporter()
    const pages = { ...sound, ...broken }
    for (const [path, body] of Object.entries(pages)) exporter.expose(`/${path}`, body)
    const type = 'application/openmetrics-text; version=1.0.0'
    for (const [path, body] of Object.entries(openMetrics))
      exporter.expose(`/${path}`, { body, headers: { 'Content-Type': type } })
    const file = await writeConfig(folder, configOf(exporter, folder))
    peer = await openScrapingPrometheus(file, program)
    const args = ['--scrape.config-file', file, '--query.dialect', version]
    const settings = readConfig(promqlSettings, { args, env: {} }).values
    const world = { clock: systemClock, log: silentLog, metrics: createMetrics() }
    promql = createPromql({ ...world, settings })
    await promql.start()
    const address = { name: 'promql', address: '127.0.0.1:0', flag: '--none' }
    ours = await openHttp(address, (request, response) => void promql.handle(request, response))
    const isRead = (path: string) =>
      (['Prometheus', 'ZStone'] as const).every((by) => exporter.reads(`/${path}`, by) >= 3)
    await until(() => paths.every(isRead))
  })

  afterAll(async () => {
    await ours?.close()
    await promql?.close()
    await peer?.close()
    await exporter?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const ask = async (url: string, path: string) => {
    const answer = (await (await fetch(`${url}/api/v1/${path}`)).json()) as { data: never }
    return answer.data
  }
  /**
   * What both say in the end, `[ours, theirs]`: where the machine is busy, a scrape takes longer
   * than it may, and a target is down until the next one.
   */
  const both = async <T>(say: (url: string) => Promise<T>): Promise<readonly T[]> => {
    let said: readonly T[] = []
    const isSame = async () => {
      said = await Promise.all([ours, peer].map(({ url }) => say(url)))
      return isDeepStrictEqual(said[0], said[1])
    }
    // Who asked compares, and shows what differs.
    await until(isSame, { withinMs: 60_000 }).catch(() => {})
    return said
  }
  const seriesOf = async (url: string, selector: string): Promise<string[]> => {
    const query = encodeURIComponent(selector)
    const { result } = (await ask(url, `query?query=${query}`)) as {
      result: { metric: Record<string, string>; value: [number, string] }[]
    }
    return result
      .filter(({ metric }) => metric['__name__'] !== 'scrape_duration_seconds')
      .map(({ metric, value }) => {
        const labels = Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))
        return `${labels.map(([name, text]) => `${name}=${JSON.stringify(text)}`)} ${value[1]}`
      })
      .sort()
  }

  test.each([...paths, 'gone'])('the same comes of %s', async (path) => {
    const [own, theirs] = await both((url) => seriesOf(url, `{page="${path}"}`))
    expect(own).toEqual(theirs)
  })

  test('what is broken is down, the rest is up', async () => {
    const counts = async (url: string) => {
      const count = async (wanted: number) =>
        (await seriesOf(url, `up{job="all"} == ${wanted}`)).length
      return { up: await count(1), down: await count(0) }
    }
    const { omNoEnd, omAfter, omEmptyLine, ...whole } = openMetrics
    const { up: ownUp, ...plain } = sound // It says of itself that it is 7.
    const soundCount = Object.keys({ ...plain, ...whole }).length
    const wanted = { up: soundCount, down: paths.length - soundCount - 1 }
    const isSo = async () => isDeepStrictEqual(await counts(ours.url), wanted)
    await until(isSo, { withinMs: 60_000 }).catch(() => {})
    expect(await counts(ours.url)).toEqual(wanted)
  })

  test('the same of everything, by jobs', async () => {
    const jobs = await seriesOf(peer.url, 'count by (job) (up)')
    expect(jobs.length).toBeGreaterThan(8)
    for (const line of jobs) {
      const [, job = ''] = /job="([^"]*)"/.exec(line) ?? []
      const [own, theirs] = await both((url) => seriesOf(url, `{job="${job}"}`))
      expect({ job, series: own }).toEqual({ job, series: theirs })
    }
  })

  test('the same targets, and those that relabelling dropped', async () => {
    const shown = async (url: string) => {
      const { activeTargets, droppedTargets } = (await ask(url, 'targets')) as {
        activeTargets: Record<string, unknown>[]
        droppedTargets: Record<string, unknown>[]
      }
      const texts = (all: Record<string, unknown>[]) => all.map((one) => JSON.stringify(one)).sort()
      return {
        // 2.42 shows what relabelling made of them before it dropped them.
        dropped: version === '2.42' ? droppedTargets.length : texts(droppedTargets),
        active: texts(
          activeTargets.map(
            ({ discoveredLabels, labels, scrapePool, scrapeUrl, health, ...rest }) => {
              const { scrapeInterval, scrapeTimeout } = rest
              return {
                // 2.42 shows what relabelling made of them.
                ...(version === '2.42' ? {} : { discoveredLabels }),
                labels,
                scrapePool,
                scrapeUrl,
                health,
                scrapeInterval,
                scrapeTimeout,
              }
            },
          ),
        ),
      }
    }
    const [own, theirs] = await both(shown)
    expect(own).toEqual(theirs)
  })

  test('the same metadata', async () => {
    const metadata = async (url: string) =>
      Object.entries((await ask(url, 'metadata')) as Record<string, object[]>)
        .map(
          ([name, said]) =>
            `${name} ${said.map((one) => JSON.stringify(one, ['type', 'help', 'unit'])).sort()}`,
        )
        .sort()
    const [own, theirs] = await both(metadata)
    expect(own).toEqual(theirs)
  })
})
