/** The master over the engine: API, jobs and reactions. */
import type { IncomingMessage } from 'node:http'
import type { Engine } from '#engine'
import { createMaster, isToken, type Master, type masterSettings } from '#master'

export { ensureToken } from '#master'

import type { StatusReport } from '#api/status'
import type { Values } from '#lib/config'
import type { ClusterNode } from './cluster.ts'
import type { Stores } from './stores.ts'
import type { World } from './world.ts'

export interface ControlOptions {
  readonly settings: Values<typeof masterSettings>
  readonly cluster: string
  readonly nodes: readonly ClusterNode[]
  readonly engine: Engine
  readonly token: string
  readonly stores: Stores
  readonly statusReport: () => Promise<StatusReport>
}

export async function openControl(
  options: ControlOptions,
  world: World,
  stack: AsyncDisposableStack,
): Promise<Master> {
  const { cluster, nodes, stores } = options
  const master = createMaster({ ...world, ...options, ...stores, topology: { cluster, nodes } })
  stack.defer(() => master.close())
  await master.start()
  return master
}

/** Whether a request carries the token of the API. */
export function authorizer(token: string): (request: IncomingMessage) => boolean {
  return ({ headers }) => {
    const [, given] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
    return given !== undefined && isToken(given, token)
  }
}
