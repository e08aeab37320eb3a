/**
 * Samples become alerts: the embedded evaluator and the rules, or nothing where a Prometheus does
 * it.
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PostableAlert } from '#api/alert'
import type { ScrapedSample } from '#api/sample'
import { choice, text, type Values } from '#lib/config'
import { realDisk } from '#lib/disk'
import type { Metrics } from '#lib/metrics'
import { createPromql, type NamedMetadata, promqlSettings, type ScrapeTarget } from '#promql'
import {
  createRules,
  loadRules,
  openAlertStore,
  type RuleGroup,
  type Rules,
  rulesSettings,
} from '#rules'
import { checkIn, vectorOf } from './expressions.ts'
import { reachedAt } from './reach.ts'
import { type Handler, ownMetrics, serve } from './serve.ts'
import type { Stores } from './stores.ts'
import type { World } from './world.ts'

export const judgingSettings = {
  evaluator: choice({
    name: 'evaluator',
    default: 'embedded',
    of: ['embedded', 'prometheus'],
    help: 'Who evaluates rules: zstone itself, or a Prometheus that you point at its addresses.',
  }),
  promql: {
    ...promqlSettings,
    storagePath: text({
      name: 'storage.path',
      default: 'samples',
      help: 'Folder, seen from the data dir, that samples are kept in; empty: in memory only.',
    }),
    listenAddress: text({
      name: 'web.listen-address',
      default: '127.0.0.1:9090',
      help: 'Where the embedded evaluator serves the Prometheus HTTP API.',
    }),
  },
  rules: rulesSettings,
}

export interface Judging {
  /** Where the Prometheus HTTP API is served. */
  readonly url: string
}

export interface JudgingOptions {
  readonly dataDir: string
  readonly settings: Values<typeof judgingSettings>
  readonly groups: readonly RuleGroup[]
  readonly stores: Stores
  readonly alertmanagerUrl: string
  /** Everything that was pushed, as the gateway shows it. */
  readonly pushed: () => Iterable<ScrapedSample>
}

const shippedRules = fileURLToPath(new URL('../../rules/*.rules.yml', import.meta.url))
const sendTimeoutMs = 10_000

/** Also where a Prometheus evaluates them: a broken file is told at the start, not in the night. */
export function readRules(files: readonly string[]): Promise<readonly RuleGroup[]> {
  return loadRules([shippedRules, ...files], checkIn())
}

export async function openJudging(
  options: JudgingOptions,
  world: World,
  stack: AsyncDisposableStack,
): Promise<Judging | undefined> {
  const { settings, dataDir, groups, stores, alertmanagerUrl, pushed } = options
  if (settings.evaluator === 'prometheus') return undefined
  const { storagePath } = settings.promql
  const storage = { disk: realDisk, folder: resolve(dataDir, storagePath) }
  const promql = createPromql({
    ...world,
    settings: settings.promql,
    ...(storagePath === '' ? {} : { storage }),
  })
  stack.defer(() => promql.close())
  await promql.start()
  const store = await openAlertStore(stores.databaseUrl)
  stack.defer(() => store.close())
  // First the address, which alerts link to and which may be chosen now.
  let rules: Rules | undefined
  const handlers = [
    (...call: Parameters<Handler>) => rules?.handle(...call) === true,
    promql.handle,
  ]
  const { url, externalUrl } = await serveApi(settings, { ...world, handlers }, stack)
  rules = createRules({
    ...world,
    groups,
    store,
    settings: { ...settings.rules, externalUrl },
    externalLabels: {},
    evaluate: async (expr, atMs, watch) => vectorOf(promql.evaluate(expr, atMs, watch)),
    append: ({ rule, atMs, samples }) => {
      promql.samples.append({ name: `rule ${rule}`, honorLabels: true }, samples, atMs)
    },
    alertmanagers: [alertmanagerUrl, ...settings.rules.alertmanagers].map((url) => ({
      name: url,
      send: (alerts) => postAlerts(url.replace(/\/+$/, ''), alerts),
    })),
  })
  stack.defer(rules.close)
  promql.scraper.start([pushgatewayTarget(pushed), ownTarget(world.metrics)])
  await rules.start()
  return { url }
}

async function serveApi(
  { promql, rules }: JudgingOptions['settings'],
  { handlers, log, metrics }: World & { readonly handlers: readonly Handler[] },
  stack: AsyncDisposableStack,
) {
  const { listenAddress } = promql
  const { url } = await serve(
    {
      ...{ name: 'the Prometheus API', flag: '--promql.web.listen-address', log },
      ...{ address: listenAddress, handlers: [...handlers, ownMetrics(metrics)] },
    },
    stack,
  )
  return { url, externalUrl: rules.externalUrl ?? reachedAt(listenAddress) ?? url }
}

function pushgatewayTarget(pushed: () => Iterable<ScrapedSample>): ScrapeTarget {
  return { name: 'pushgateway', honorLabels: true, read: async () => pushed() }
}

/** Our own registry, as a scrape of /metrics would show it. */
function ownTarget({ registry }: Metrics): ScrapeTarget {
  let families: readonly NamedMetadata[] = []
  return {
    name: 'zstone-server',
    metadata: () => families,
    async read() {
      const metrics = await registry.getMetricsAsJSON()
      families = metrics.map(({ name, type, help }) => {
        return { name, type: String(type), help, unit: '' }
      })
      return metrics.flatMap(({ name, values }) =>
        values.map((entry) => ({
          // A histogram's entries carry the suffixed name, which prom-client's types leave out.
          name: (entry as { metricName?: string }).metricName ?? name,
          labels: textLabels(entry.labels),
          value: entry.value,
        })),
      )
    },
  }
}

function textLabels(labels: Readonly<Partial<Record<string, string | number>>>) {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [
      name,
      value === Number.POSITIVE_INFINITY ? '+Inf' : String(value),
    ]),
  )
}

async function postAlerts(url: string, alerts: readonly PostableAlert[]): Promise<void> {
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(alerts),
    signal: AbortSignal.timeout(sendTimeoutMs),
  })
  const text = await answer.text()
  if (!answer.ok)
    throw new Error(`Cannot send alerts: the alertmanager answered ${answer.status}: ${text}`)
}
