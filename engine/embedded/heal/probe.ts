/**
 * Looks at each disk by its path, as a newcomer would, whether clients use it or not. One that does
 * not answer is given up; one that answers again is let in.
 */
import { sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { admit } from '../cluster/admit.ts'
import { type Cluster, closedDisks } from '../cluster/cluster.ts'
import { inspect, type OpenDataDisk } from '../device/data-disk.ts'
import type { MapDisk } from '../map/cluster-map.ts'

export interface ProbeOptions {
  /** Scans and opens a disk whose superblock is right. */
  readonly open: (disk: MapDisk) => Promise<OpenDataDisk>
}

export interface Probe {
  pass(): Promise<void>
}

/** How many good looks a disk needs that was given up often. */
const looksMax = 300

export function createProbe(cluster: Cluster, { open }: ProbeOptions): Probe {
  const timesGivenUp = new Map<string, number>()
  const goodLooks = new Map<string, number>()

  const giveUp = async (id: string, error: unknown) => {
    timesGivenUp.set(id, (timesGivenUp.get(id) ?? 0) + 1)
    await cluster
      .giveUp([id], error, 'probe')
      .catch((cause) => cluster.options.log.warn({ error: messageOf(cause) }, 'Map is stuck'))
  }
  const look = async (disk: OpenDataDisk) => {
    try {
      await within(cluster, disk.probe())
      assertNotStuck(cluster, disk)
    } catch (error) {
      await giveUp(disk.id, error)
    }
  }
  /** A disk that fails again and again has to answer longer each time before it is let in. */
  const isTrusted = async (disk: MapDisk) => {
    if (!(await answers(cluster, disk))) {
      goodLooks.delete(disk.id)
      return false
    }
    const looks = (goodLooks.get(disk.id) ?? 0) + 1
    goodLooks.set(disk.id, looks)
    const needed = Math.min(looksMax, 2 ** Math.min(20, timesGivenUp.get(disk.id) ?? 0) - 1)
    return looks > needed
  }
  const letIn = async () => {
    const opened: OpenDataDisk[] = []
    for (const disk of absentDisks(cluster))
      if (await isTrusted(disk)) {
        const back = await open(disk).catch((error) => noteUnopened(cluster, disk, error))
        if (back !== undefined) opened.push(back)
      }
    if (opened.length === 0) return
    await admitBack(cluster, opened)
    for (const { id } of opened) goodLooks.delete(id)
  }
  return {
    async pass() {
      cluster.assertOpen()
      await Promise.all([...cluster.disks.values()].map(look))
      await letIn()
      const closed = closedDisks(cluster).map(({ id }) => id)
      if (closed.length > 0) await cluster.giveUp(closed, new Error('it does not answer'), 'probe')
    },
  }
}

async function admitBack(cluster: Cluster, opened: readonly OpenDataDisk[]): Promise<void> {
  const all = opened.map(({ id }) => id)
  try {
    await admit(cluster, { disks: opened, suspects: [new Set(all)] })
    cluster.options.log.info(
      { dataDisks: all },
      'Data disks are back; they catch up before they serve',
    )
  } catch (error) {
    for (const disk of opened) if (!cluster.disks.has(disk.id)) await disk.close().catch(() => {})
    throw error
  }
}

function absentDisks(cluster: Cluster): readonly MapDisk[] {
  return cluster.map.dataDisks.filter(
    ({ id, intent }) => intent !== 'out' && !cluster.disks.has(id),
  )
}

async function answers(cluster: Cluster, { id, path }: MapDisk): Promise<boolean> {
  try {
    const found = await within(cluster, inspect(cluster.options.fileSystem, { id, path }))
    return found.is === 'formatted' && found.superblock.engineId === cluster.map.engineId
  } catch {
    return false // Not there, or not ours: it stays failed, and the status says why.
  }
}

function noteUnopened(cluster: Cluster, { id }: MapDisk, error: unknown): undefined {
  cluster.countError(id, 'open')
  cluster.options.log.warn({ dataDisk: id, error: messageOf(error) }, 'Data disk cannot be opened')
}

/** Writes under way for too long: the disk hangs, though its folder may answer. */
function assertNotStuck({ options }: Cluster, { store }: OpenDataDisk): void {
  const { busySinceMs } = store
  if (busySinceMs === undefined) return
  if (options.clock.monotonicMs() - busySinceMs > options.ioTimeoutMs)
    throw new Error(`a write got no answer for ${options.ioTimeoutMs} ms`)
}

async function within<T>({ options }: Cluster, work: Promise<T>): Promise<T> {
  const patience = new AbortController()
  const timeout = sleep(options.clock, options.ioTimeoutMs, patience.signal).then(() => {
    if (!patience.signal.aborted) throw new Error(`no answer for ${options.ioTimeoutMs} ms`)
  })
  try {
    return (await Promise.race([work, timeout])) as T // The timeout only ever throws in a race.
  } finally {
    patience.abort()
  }
}
