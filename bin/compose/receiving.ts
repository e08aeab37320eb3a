/** What takes things in: the pushgateway behind its address, and the mailbox. */
import { resolve } from 'node:path'
import type { Values } from '#lib/config'
import type { HttpServer } from '#lib/http/server'
import { createMailbox, type Mailbox, type MailboxSettings } from '#mailbox'
import { createPushgateway, type Pushgateway, pushgatewaySettings } from '#pushgateway'
import { buildInfo } from './program.ts'
import { serve } from './serve.ts'
import type { World } from './world.ts'

const { file: _, ...persistence } = pushgatewaySettings.persistence

export const pushesSettings = {
  web: pushgatewaySettings.web,
  push: pushgatewaySettings.push,
  forward: pushgatewaySettings.forward,
  persistence,
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
  const pushgateway = createPushgateway({
    ...world,
    build: buildInfo,
    folder,
    settings: {
      ...settings,
      persistence: { ...settings.persistence, file: folder },
      log: { level: 'info', format: 'json' },
    },
  })
  stack.defer(() => pushgateway.close())
  await pushgateway.start()
  const server = await serve(
    {
      name: 'the pushgateway',
      address: settings.web.listenAddresses[0] ?? '',
      flag: '--pushgateway.web.listen-address',
      handlers: [
        (request, response) => {
          pushgateway.handle(request, response)
          return true
        },
      ],
      log: world.log,
    },
    stack,
  )
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
