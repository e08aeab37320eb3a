/** The alertmanager behind its address, with one's own configuration or the one of this machine. */
import path from 'node:path'
import { alertmanagerSettings, createAlertmanager } from '#alertmanager'
import { optionalText, text, type Values } from '#lib/config'
import { realDisk } from '#lib/disk'
import type { HttpServer } from '#lib/http/server'
import { type DefaultAlerting, mailSettings, writeDefaultAlerting } from './default-alerting.ts'
import { reachedAt } from './reach.ts'
import { ownMetrics, serve } from './serve.ts'
import type { Stores } from './stores.ts'
import type { World } from './world.ts'

const { configFile: _, ...kept } = alertmanagerSettings

export const alertingSettings = {
  alertmanager: {
    ...kept,
    webListenAddress: text({
      name: 'web.listen-address',
      default: '127.0.0.1:9093',
      help: 'Address of the API.',
    }),
    configFile: optionalText({
      name: 'config.file',
      help: 'File with routes and receivers; none: mail, and repairs by the master.',
    }),
  },
  mail: mailSettings,
}

export interface AlertingOptions extends Omit<DefaultAlerting, 'settings'> {
  readonly settings: Values<typeof alertingSettings>
  readonly dataDir: string
  readonly stores: Stores
}

export async function openAlerting(
  options: AlertingOptions,
  world: World,
  stack: AsyncDisposableStack,
): Promise<HttpServer> {
  const { settings, dataDir, stores } = options
  const configFile =
    settings.alertmanager.configFile ??
    (await writeDefaultAlerting(dataDir, { ...options, settings: settings.mail }))
  const { webListenAddress, webExternalUrl = reachedAt(webListenAddress) } = settings.alertmanager
  const alertmanager = createAlertmanager({
    ...world,
    ...stores,
    disk: realDisk,
    arrivalFolder: path.join(dataDir, 'arrivals'),
    settings: { ...settings.alertmanager, webExternalUrl, configFile },
  })
  stack.defer(() => alertmanager.close())
  // Before the parts whose rows they wake: a handler under way must find its part open.
  stack.defer(() => stores.queues.close())
  reloadOnHangUp(alertmanager.reload, world, stack)
  const server = await serve(
    {
      name: 'the alertmanager',
      address: webListenAddress,
      flag: '--alertmanager.web.listen-address',
      handlers: [alertmanager.handle, ownMetrics(world.metrics)],
      log: world.log,
    },
    stack,
  )
  await alertmanager.start()
  return server
}

export function reloadOnHangUp(
  reload: () => Promise<void>,
  { log }: World,
  stack: AsyncDisposableStack,
): void {
  const onHangUp = () => {
    reload().catch((error) => log.error({ error }, 'Reload failed; the old configuration holds'))
  }
  process.on('SIGHUP', onHangUp)
  stack.defer(() => void process.off('SIGHUP', onHangUp))
}
