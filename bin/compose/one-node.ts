/** All parts in one process, opened in this order and closed in reverse. */
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { StatusLink } from '#api/status'
import type { Config } from '#lib/config'
import { openAgents } from './agents.ts'
import { openAlerting } from './alerting.ts'
import { announce } from './announce.ts'
import { singleNode } from './cluster.ts'
import { authorizer, ensureToken, openControl } from './control.ts'
import { lockFolder } from './data-dir.ts'
import { openFront } from './front.ts'
import { holdDatabase } from './hold-database.ts'
import { openJudging, readRules } from './judging.ts'
import { openMailbox, openPushes } from './receiving.ts'
import { runbooks } from './runbooks.ts'
import type { ZstoneSettings } from './settings.ts'
import { statusReport } from './status.ts'
import { openObjects, openStorage } from './storage.ts'
import { openStores } from './stores.ts'
import { openWorld } from './world.ts'

/** So many silent intervals make a node stale. */
const staleAfterIntervals = 4

export async function openOneNode(
  { values: settings }: Config<ZstoneSettings>,
  stack: AsyncDisposableStack,
): Promise<void> {
  const dataDir = resolve(settings.dataDir)
  await lockFolder(dataDir, '--data-dir', stack)
  const world = openWorld('zstone', settings, stack)
  const { clock } = world
  const startedMs = clock.monotonicMs()
  const nodes = settings.nodes.length > 0 ? settings.nodes : [singleNode(dataDir)]
  const groups = await readRules(settings.rules.files)
  const { token, isNew } = await ensureToken(dataDir, world.random)

  const front = await openFront(settings.web.listenAddress, world, stack)
  const stores = await openStores({ ...world, settings, dataDir }, stack)
  const holder = `${hostname()}:${dataDir}`
  await holdDatabase({ databaseUrl: stores.databaseUrl, holder, onLost: endAtOnce }, world, stack)
  const mailbox = await openMailbox({ settings: settings.mailbox, dataDir }, world, stack)
  const pushes = await openPushes({ settings: settings.pushgateway, dataDir }, world, stack)
  const { pushgateway } = pushes
  const pools = settings.pools
  const engine = await openStorage(
    { settings: settings.engine, dataDir, nodes, pools },
    world,
    stack,
  )
  const smtp = mailbox.smtpAddress
  const receivers = { masterUrl: front.url, masterTokenFile: resolve(dataDir, 'master-token') }
  const alerting = await openAlerting(
    { settings, dataDir, stores, ...receivers, ownSmtpAddress: smtp },
    world,
    stack,
  )
  const judging = await openJudging(
    {
      ...{ settings, dataDir, groups, stores, alertmanagerUrl: alerting.url },
      pushed: pushgateway.samples,
    },
    world,
    stack,
  )
  const links: readonly StatusLink[] = [
    { title: 'Mail', href: '/mail' },
    { title: 'Runbooks', href: '/runbooks/' },
    { title: 'API', href: '/v1/docs' },
    { title: 'Alertmanager', href: `${alerting.url}/` },
    ...(judging === undefined ? [] : [{ title: 'Rules', href: `${judging.url}/graph` }]),
    { title: 'Pushed metrics', href: pushes.server.url },
    { title: 'Own metrics', href: '/metrics' },
  ]
  const report = () =>
    statusReport({
      clock,
      links,
      master: () => master.status(),
      groups: pushgateway.groups,
      staleAfterMs: staleAfterIntervals * settings.agent.intervalMs,
      alertmanagerUrl: alerting.url,
    })
  const control = { settings: settings.master, cluster: settings.clusterName, nodes, engine }
  const master = await openControl(
    { ...control, token, stores, statusReport: report },
    world,
    stack,
  )
  const objects = openObjects(engine, authorizer(token), world)
  const { clusterName } = settings
  const handlers = [mailbox.handle, objects.handle, runbooks]
  front.open({ clusterName, statusReport: report, handlers, api: master.app })
  const measured = { settings: settings.agent, nodes, engine, dataDir }
  await openAgents({ ...measured, pushUrl: pushes.server.url }, world, stack)

  announce({
    dataDir,
    newToken: isNew ? token : undefined,
    tookMs: clock.monotonicMs() - startedMs,
    urls: [
      ['status', `${front.url}/`],
      ...links.map(
        ({ title, href }) => [title.toLowerCase(), new URL(href, front.url).href] as const,
      ),
      ['smtp', smtp],
    ],
  })
}

/** Nothing is put in order any more: what is stored belongs to another now, and is all durable. */
function endAtOnce(error: Error): void {
  process.stderr.write(`zstone: ${error.message}\n`)
  process.exit(1)
}
