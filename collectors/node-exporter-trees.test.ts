/**
 * Side by side with node_exporter over planted trees, which stand still: what both say is equal.
 * That of the kernel behind the tree is left out: calls, sockets asked by netlink.
 */
import { afterEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { hasNodeExporter, openNodeExporter, upstreamDefaults } from '#test/node-exporter'
import { differences, none } from './fake/differences.ts'
import { readTree } from './fake/hardware.ts'
import { largeNode } from './fake/large-node.ts'
import { recorded } from './fake/recorded.ts'
import { plantTree, type Tree } from './fake/tree.ts'
import { createFiles } from './files.ts'
import { hostCollectors } from './host/list.ts'

const besidePeer = hasNodeExporter() ? test : test.skip
const ofTheKernel = new Set(['timex', 'uname', 'tcpstat', 'time'])
/** Newer than 1.5, or other than a collector of that name there. */
const newer = new Set(['kernel_hung'])

let closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing) await close()
  closing = []
})

async function compared(tree: Tree) {
  const planted = plantTree(tree)
  closing.push(planted.remove)
  const files = createFiles(planted.root)
  // A clock that stands still: no collector is too late because the machine is busy.
  const world = { clock: createManualClock(), log: silentLog, files }
  const host = { ...world, machine: 'x86_64', cpuInfo: true }
  const collectors = hostCollectors(host).filter(
    ({ name }) => !ofTheKernel.has(name) && !newer.has(name) && name !== 'systemd',
  )
  const peer = await openNodeExporter({
    root: planted.root,
    args: [
      '--collector.disable-defaults',
      ...collectors.map(({ name }) => `--collector.${name}`),
      ...upstreamDefaults,
      '--collector.cpu.info',
      '--no-collector.netdev.netlink',
      '--collector.textfile.directory=',
    ],
  })
  closing.unshift(peer.close)
  const theirs = await peer.scrape()
  const stop = new AbortController().signal
  const readings = await Promise.allSettled(collectors.map(async (one) => one.collect(stop)))
  const ours = readings.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const names = new Set(ours.map(({ name }) => name))
  const missing = [...theirs.types.keys()].filter((name) => !names.has(name))
  return {
    count: ours.filter(({ name }) => theirs.types.has(name)).length,
    missing: missing.filter((name) => /^node_(?!exporter|scrape)/.test(name)),
    ...differences(ours, theirs, isNear),
  }
}

/** The file system under the tree is a real one, and others write to it. */
const isNear = (series: string, our: number, their: number) =>
  /^node_filesystem_(avail|files|free)/.test(series)
    ? Math.abs(our - their) <= 0.1 * their
    : Math.abs(our - their) <= 1e-12 * Math.abs(their)

besidePeer('node_exporter and we say the same of a large node', async () => {
  const { count, missing, ...found } = await compared(largeNode())
  expect(found).toEqual(none)
  expect(missing).toEqual([])
  expect(count).toBeGreaterThan(200)
})

const besideRecorded = recorded === undefined ? test.skip : besidePeer
besideRecorded('node_exporter and we say the same of a recorded machine', async () => {
  const { count, missing, ...found } = await compared(
    readTree(new URL('sysfs-procfs/prometheus-procfs.json', recorded)),
  )
  expect(found).toEqual(none)
  expect(missing).toEqual([])
  expect(count).toBeGreaterThan(100)
})
