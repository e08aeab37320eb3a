/** A real Prometheus in the evaluator's place: same rule files, same alerts. */
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { traceAnnotation } from '#api/alert'
import { buildScene, type Scene } from '#demo'
import type { Labels } from '#lib/labels'
import { hasPrometheus } from '#test/prometheus'
import { until } from '#test/until'
import { repository, temporaryFolder } from './child.ts'
import { scrapedFrom, startPrometheus, targetOf } from './prometheus-child.ts'
import { startZstone, type Zstone } from './zstone.ts'

const withPrometheus = hasPrometheus() ? test : test.skip

withPrometheus(
  'a Prometheus that scrapes the gateway and evaluates our rules gives the alerts that we give',
  async () => {
    const [theirs, ours] = await Promise.all([
      openCluster('--evaluator=prometheus'),
      openCluster('--evaluator=embedded'),
    ])
    expect(theirs.zstone.url.prometheus).toBeUndefined()
    const prometheus = await scrapeAll(theirs.zstone)
    const [given, expected] = await Promise.all([
      failDisk(theirs, prometheus),
      failDisk(ours, ours.zstone.url.prometheus!),
    ])
    expect(given).toEqual(expected)
    const mail = async () =>
      (await theirs.zstone.mails()).find(({ subject }) => subject.includes('DiskFailing'))
    await until(mail, { what: 'a mail about the alert of Prometheus' })
  },
)

interface Cluster {
  readonly scene: Scene
  readonly zstone: Zstone
}

async function openCluster(evaluator: string): Promise<Cluster> {
  const folder = await temporaryFolder()
  const scene = await buildScene(folder, 'http://127.0.0.1:9/nobody')
  const args = ['--config', scene.configPath, evaluator]
  return { scene, zstone: await startZstone({ dataDir: path.join(folder, 'data'), args }) }
}

/** Everything as a user writes it, only quicker. */
function scrapeAll({ url }: Zstone): Promise<string> {
  return startPrometheus({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [path.join(repository, 'rules/*.rules.yml')],
    scrape_configs: [
      { job_name: 'pushgateway', ...scrapedFrom(url.pushgateway) },
      { job_name: 'zstone-server', ...targetOf(url.web) },
    ],
    alerting: { alertmanagers: [targetOf(url.alertmanager)] },
  })
}

interface Told {
  readonly labels: Labels
  readonly annotations: Labels
}

/** That the disk can be replaced fires once it is empty: how soon is another's story. */
const rules = ['DiskFailing', 'DiskMediaErrors']

/** The alerts about a disk that gets bad, once each rule that it breaks has fired. */
async function failDisk({ scene, zstone }: Cluster, prometheus: string): Promise<readonly Told[]> {
  const disk = scene.disks[0]!
  const ofDisk = `instance="${disk.node}",device="${disk.device}"`
  const query = encodeURIComponent(`smartctl_device_smart_status{${ofDisk}} == 1`)
  const isSeen = async () => {
    const answer = await fetch(`${prometheus}/api/v1/query?query=${query}`)
    return ((await answer.json()) as { data: { result: unknown[] } }).data.result.length > 0
  }
  await until(isSeen, { what: 'the disk is seen healthy' })
  await scene.replay(disk, 'failing-5')
  const filter = ofDisk.split(',').map((matcher) => `filter=${encodeURIComponent(matcher)}`)
  const fired = async () => {
    const answer = await fetch(`${zstone.url.alertmanager}/api/v2/alerts?${filter.join('&')}`)
    const alerts = (await answer.json()) as readonly Told[] // API v2 promises this shape.
    const ofRules = alerts.filter((alert) => rules.includes(nameOf(alert)))
    return ofRules.length === rules.length ? ofRules : undefined
  }
  const alerts = await until(fired, { what: 'both alerts fire' })
  return alerts.map(told).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

/** Only the embedded evaluator knows which push an alert comes from. */
function told({ labels, annotations }: Told): Told {
  const { [traceAnnotation]: _, ...rest } = annotations
  return { labels, annotations: rest }
}

const nameOf = ({ labels }: Told) => labels['alertname'] ?? ''
