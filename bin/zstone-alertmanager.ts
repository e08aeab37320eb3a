/** The alertmanager alone, in the place of prometheus/alertmanager; durable in PostgreSQL. */
import { resolve } from 'node:path'
import { alertmanagerSettings, createAlertmanager } from '#alertmanager'
import { reloadOnHangUp } from './compose/alerting.ts'
import { lockFolder } from './compose/data-dir.ts'
import { runProgram } from './compose/program.ts'
import { ownMetrics, serve } from './compose/serve.ts'
import { openStores, storeSettings } from './compose/stores.ts'
import { openWorld, worldSettings } from './compose/world.ts'

await runProgram({
  name: 'zstone-alertmanager',
  about: 'Groups, silences and delivers alerts; nothing acknowledged is lost.',
  settings: { ...alertmanagerSettings, ...storeSettings, otlpEndpoint: worldSettings.otlpEndpoint },
  async start({ values: settings }, stack) {
    const dataDir = resolve(settings.storagePath)
    await lockFolder(dataDir, '--storage.path', stack)
    const { otlpEndpoint, logLevel } = settings
    const world = openWorld(
      'zstone-alertmanager',
      { otlpEndpoint, log: { level: logLevel } },
      stack,
    )
    const stores = await openStores({ ...world, settings, dataDir }, stack)
    const alertmanager = createAlertmanager({ ...world, ...stores, settings })
    stack.defer(() => alertmanager.close())
    stack.defer(() => stores.queues.close())
    reloadOnHangUp(alertmanager.reload, world, stack)
    const server = await serve(
      {
        name: 'the alertmanager',
        address: settings.webListenAddress,
        flag: '--web.listen-address',
        handlers: [alertmanager.handle, ownMetrics(world.metrics)],
        log: world.log,
      },
      stack,
    )
    await alertmanager.start()
    world.log.info({ address: new URL(server.url).host }, 'Listening on')
  },
})
