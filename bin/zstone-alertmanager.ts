/** The alertmanager alone, in the place of prometheus/alertmanager; durable in PostgreSQL. */
import { join, resolve } from 'node:path'
import {
  alertmanagerSettings,
  clusterSettings,
  createAlertmanager,
  createDoor,
  createEarlyHandle,
  loadConfig,
  matcherModeOf,
  openCluster,
  openEarlyIntake,
  prefixOf,
  reportOn,
} from '#alertmanager'
import type { Values } from '#lib/config'
import { realDisk } from '#lib/disk'
import { openWeb } from '#lib/http/web-server'
import { reloadOnHangUp } from './compose/alerting.ts'
import { alertmanagerFlags } from './compose/alertmanager-flags.ts'
import { lockFolder } from './compose/data-dir.ts'
import { runProgram } from './compose/program.ts'
import { reachedAt } from './compose/reach.ts'
import { ownMetrics } from './compose/serve.ts'
import { openStores, storeSettings } from './compose/stores.ts'
import { systemdAddresses } from './compose/systemd.ts'
import { openWorld, worldSettings } from './compose/world.ts'

await runProgram({
  name: 'zstone-alertmanager',
  about: 'Groups, silences and delivers alerts; nothing acknowledged is lost.',
  settings: {
    ...alertmanagerSettings,
    ...alertmanagerFlags,
    cluster: clusterSettings,
    ...storeSettings,
    otlpEndpoint: worldSettings.otlpEndpoint,
  },
  async start({ values: settings }, stack) {
    const reading = {
      matchers: matcherModeOf(settings.enableFeature),
      retentionMs: settings.dataRetention,
    }
    if (settings.configCheck) {
      const { isValid, text } = await reportOn(settings.configFile, reading)
      process.stdout.write(`${text}\n`)
      process.exitCode = isValid ? 0 : 1
      return
    }
    const dataDir = resolve(settings.storagePath)
    await lockFolder(dataDir, '--storage.path', stack)
    const world = openWorld('zstone-alertmanager', settings, stack)
    const config = await loadConfig(settings.configFile, reading)
    const arrivals = { disk: realDisk, folder: join(dataDir, 'arrivals') }
    const intake = await openEarlyIntake({ ...world, ...arrivals, config })
    stack.defer(() => intake.close())
    const hasStore = settings.databaseUrl !== undefined
    const cluster = await openCluster({ ...world, settings: settings.cluster, hasStore })
    stack.defer(() => cluster.close())
    const door = createDoor({
      ...world,
      cluster,
      shownConfig: config.shown,
      early: createEarlyHandle({
        ...world,
        intake,
        mode: reading.matchers,
        timeoutMs: settings.webTimeout,
      }),
      startedAtMs: world.clock.nowMs(),
      version: settings.webVersion,
      // Whoever starts several looks at each before the next: those that join answer at once.
      ...(settings.cluster.peers.length > 0 && { statusWaitMs: 0 }),
      prefix: prefixOf(settings.webRoutePrefix, settings.webExternalUrl),
    })
    const { web } = settings
    const server = await openWeb(
      {
        ...world,
        name: 'the alertmanager',
        addresses: web.systemdSocket
          ? systemdAddresses(process.env, process.pid)
          : web.listenAddresses,
        configFile: web.configFile,
        flag: '--web.listen-address',
      },
      door.handle,
    )
    for (const { url } of server.servers)
      world.log.info({ address: url.replace(/^https?:\/\//, '') }, 'Listening on')
    // The delay is for clients that send again what they know: it runs while the store opens.
    const listeningMs = world.clock.monotonicMs()
    const startDelayLeft = () =>
      Math.max(0, settings.dispatchStartDelay - (world.clock.monotonicMs() - listeningMs))
    const findUrl = cluster.storeUrl
    const stores = await openStores({ ...world, settings, dataDir, findUrl }, stack)
    await intake.close()
    const alertmanager = createAlertmanager({
      ...world,
      ...stores,
      disk: arrivals.disk,
      arrivalFolder: arrivals.folder,
      cluster,
      settings: {
        ...settings,
        webExternalUrl: settings.webExternalUrl ?? guessedUrl(web, server.servers[0]?.url),
        dispatchStartDelay: startDelayLeft(),
      },
    })
    stack.defer(() => alertmanager.close())
    stack.defer(() => stores.queues.close())
    stack.defer(() => server.close())
    reloadOnHangUp(alertmanager.reload, world, stack)
    await alertmanager.start()
    door.open([alertmanager.handle, ownMetrics(world.metrics)])
  },
})

/** A socket that systemd hands over says itself where it listens. */
function guessedUrl(
  { systemdSocket, listenAddresses }: Values<typeof alertmanagerFlags>['web'],
  url = '',
): string | undefined {
  const [scheme] = url.split(':')
  return systemdSocket ? url : reachedAt(listenAddresses[0] ?? '', scheme)
}
