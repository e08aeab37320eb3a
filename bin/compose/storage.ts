/** The storage engine over the disks of every configured node, and its pools. */
import { readFile, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { isAbsolute, resolve } from 'node:path'
import { createObjectGateway, type Engine, type ObjectGateway, openEmbeddedEngine } from '#engine'
import { type Values, whole } from '#lib/config'
import type { ClusterNode, ClusterPool } from './cluster.ts'
import type { World } from './world.ts'

const mebibyte = 1024 * 1024

export const engineSettings = {
  recoveryBytesPerSecond: whole({
    name: 'recovery-bytes-per-second',
    default: 100 * mebibyte,
    least: 1,
    help: 'At most so many bytes a second are copied to restore redundancy.',
  }),
  scrubBytesPerSecond: whole({
    name: 'scrub-bytes-per-second',
    default: 20 * mebibyte,
    least: 1,
    help: 'At most so many bytes a second are read to look for copies that went bad.',
  }),
}

export interface StorageOptions {
  readonly settings: Values<typeof engineSettings>
  readonly dataDir: string
  readonly nodes: readonly ClusterNode[]
  readonly pools: readonly ClusterPool[]
}

export async function openStorage(
  { settings, dataDir, nodes, pools }: StorageOptions,
  world: World,
  stack: AsyncDisposableStack,
): Promise<Engine> {
  const dataDisks = nodes.flatMap(({ name, rack, datacentre, disks }) =>
    disks.map(({ device, path }) => ({
      id: `${name}-${device}`,
      ...{ datacentre, rack, device },
      node: name,
      path: isAbsolute(path) ? path : resolve(dataDir, path),
    })),
  )
  const idFile = resolve(dataDir, 'engine-id')
  const engineId = await readText(idFile)
  const engine = await openEmbeddedEngine({ ...world, ...settings, dataDisks, pools, engineId })
  stack.defer(() => engine.close())
  await writeFile(idFile, engine.status().engineId)
  return engine
}

/** Disks that are not mounted look new; with the id known, no second engine is made on them. */
async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

/** Objects over HTTP, for whoever is let in. */
export function openObjects(
  engine: Engine,
  authorize: (request: IncomingMessage) => boolean,
  world: World,
): ObjectGateway {
  return createObjectGateway({ ...world, engine, authorize })
}
