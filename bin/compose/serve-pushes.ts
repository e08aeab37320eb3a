/** Puts the pushgateway behind its addresses, and says what its flags cannot mean. */
import { statSync } from 'node:fs'
import { faultsOf } from '#lib/errors'
import { openWeb, type WebServer } from '#lib/http/web-server'
import type { Pushgateway, PushgatewaySettings } from '#pushgateway'
import type { World } from './world.ts'

export interface PushServing {
  readonly pushgateway: Pushgateway
  readonly addresses: readonly string[]
  /** The web configuration file; empty: none. */
  readonly configFile: string
  /** The flag that changes the addresses, for the error. */
  readonly flag: string
}

export async function servePushes(
  { pushgateway, ...place }: PushServing,
  { clock, log, metrics }: World,
  stack: AsyncDisposableStack,
): Promise<WebServer> {
  const admits = pushgateway.admits
  const options = { name: 'the pushgateway', ...place, admits, clock, log, metrics }
  const server = await openWeb(options, pushgateway.handle)
  stack.defer(() => server.close())
  return server
}

const flagFault = faultsOf({
  PUSHES_KEPT_OTHERWISE: {
    status: 500,
    retry: false,
    message:
      'Cannot use --persistence.file={path}: it is a file, as the original gateway writes it, and ours is a folder; name another path, such as {path}.d, and let the jobs push again: what the file holds cannot be read here',
  },
  ROLES_FOR_NOBODY: {
    status: 500,
    retry: false,
    message:
      'Cannot use --web.roles.file={path}: nobody is asked for a name; name users or client certificates in --web.config.file',
  },
})

/** Taking the place of the original, its file is not harmed. */
export function refuseOldFile(path: string): void {
  if (path !== '' && statSync(path, { throwIfNoEntry: false })?.isFile())
    throw flagFault('PUSHES_KEPT_OTHERWISE', { path })
}

export function refuseRolesForNobody(
  { rolesFile }: PushgatewaySettings['web'],
  { asksForNames }: WebServer,
): void {
  if (rolesFile !== '' && !asksForNames) throw flagFault('ROLES_FOR_NOBODY', { path: rolesFile })
}
