/** What takes things in: the pushgateway behind its address, and the mailbox. */
import { resolve } from 'node:path'
import { assert } from '#lib/assert'
import { readConfig, type Values } from '#lib/config'
import type { HttpServer } from '#lib/http/server'
import { createMailbox, type Mailbox, type MailboxSettings } from '#mailbox'
import { createPushgateway, type Pushgateway, pushgatewaySettings } from '#pushgateway'
import { buildInfo } from './program.ts'
import { servePushes } from './serve-pushes.ts'
import type { World } from './world.ts'

const { web, persistence } = pushgatewaySettings
const { file: _, interval: __, ...kept } = persistence

/** The gateway of `zstone` serves its own agents, so nobody has to show who he is. */
export const pushesSettings = {
  web: {
    listenAddresses: { ...web.listenAddresses, default: ['127.0.0.1:9091'] },
    enableAdminApi: web.enableAdminApi,
  },
  push: pushgatewaySettings.push,
  forward: pushgatewaySettings.forward,
  persistence: kept,
}

export interface Pushes {
  readonly server: HttpServer
  readonly pushgateway: Pushgateway
}

export async function openPushes(
  { settings, dataDir }: { settings: Values<typeof pushesSettings>; dataDir: string },
  world: World,
  stack: AsyncDisposableStack,
): Promise<Pushes> {
  const folder = resolve(dataDir, 'pushgateway')
  const { values: alone } = readConfig(pushgatewaySettings, { args: [], env: {} })
  const pushgateway = createPushgateway({
    ...world,
    build: buildInfo,
    folder,
    settings: {
      ...settings,
      web: { ...alone.web, ...settings.web },
      persistence: { ...alone.persistence, ...settings.persistence, file: folder },
      log: alone.log,
    },
  })
  stack.defer(() => pushgateway.close())
  await pushgateway.start()
  const addresses = settings.web.listenAddresses
  const flag = '--pushgateway.web.listen-address'
  const { servers } = await servePushes(
    { pushgateway, addresses, configFile: '', flag },
    world,
    stack,
  )
  const [server] = servers
  assert(server !== undefined, 'the setting holds at least one address')
  return { server, pushgateway }
}

export async function openMailbox(
  { settings, dataDir }: { settings: MailboxSettings; dataDir: string },
  world: World,
  stack: AsyncDisposableStack,
): Promise<Mailbox> {
  const mailbox = createMailbox({
    ...world,
    ...settings,
    folder: resolve(dataDir, 'mail'),
    address: settings.listenAddress,
    flag: '--mailbox.listen-address',
  })
  stack.defer(() => mailbox.close())
  await mailbox.start()
  return mailbox
}
