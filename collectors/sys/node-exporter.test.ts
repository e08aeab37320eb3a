/**
 * Side by side with node_exporter over planted trees: what both say is the same. The differences
 * are listed, each with its reason.
 */
import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { hasNodeExporter, openNodeExporter } from '#test/node-exporter'
import { differences, none } from '../fake/differences.ts'
import { areaTree, readTree } from '../fake/hardware.ts'
import { recorded } from '../fake/recorded.ts'
import { type PlantedTree, plantTree } from '../fake/tree.ts'
import { createFiles } from '../files.ts'
import { hardwareCollectors } from './list.ts'

const besidePeer = hasNodeExporter() ? test : test.skip
/** 1.5 has no collectors of these. */
const newer = new Set(['dmmultipath', 'pcidevice', 'watchdog'])
let closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing) await close()
  closing = []
})

async function compare(tree: PlantedTree) {
  closing.push(() => tree.remove())
  const world = { clock: createManualClock(), log: silentLog, files: createFiles(tree.root) }
  const collectors = hardwareCollectors(world).filter(({ name }) => !newer.has(name))
  const flags = collectors.map(({ name }) => `--collector.${name}`)
  const args = ['--collector.disable-defaults', ...flags]
  const peer = await openNodeExporter({ root: tree.root, args })
  closing.unshift(() => peer.close())
  const theirs = await peer.scrape()
  const stop = new AbortController().signal
  const ours = await Promise.all(collectors.map((collector) => collector.collect(stop)))
  const bare = (series: string) => series.replace(`path="${tree.root}/`, 'path="/')
  const values = new Map([...theirs.values].map(([series, value]) => [bare(series), value]))
  return { ours: ours.flat(), theirs: { ...theirs, values } }
}

for (const area of ['machine', 'network', 'sensors', 'storage'] as const)
  besidePeer(`node_exporter and we say the same of an invented machine: ${area}`, async () => {
    const { ours, theirs } = await compare(plantTree(areaTree(area)))
    const both = ours.filter(({ name }) => theirs.types.has(name))
    expect(both.length).toBeGreaterThan(10)
    const { onlyOurs, ...others } = differences(ours, theirs)
    expect(others).toEqual({ onlyTheirs: [], otherType: [], otherValue: [] })
    // 1.5 knows no pool that is suspended: it is in none of its states.
    expect(onlyOurs.filter((series) => !series.includes('state="suspended"'))).toEqual([])
    const names = new Set(ours.map(({ name }) => name))
    const missing = [...theirs.types.keys()].filter((name) => !names.has(name))
    expect(missing.filter((name) => /^node_(?!exporter|scrape)/.test(name))).toEqual([])
  })

const besideRecorded = recorded === undefined ? test.skip : besidePeer
besideRecorded('node_exporter and we say the same of a recorded machine', async () => {
  const tree = readTree(new URL('sysfs-procfs/prometheus-procfs.json', recorded))
  const { ours, theirs } = await compare(plantTree(tree))
  expect(ours.length).toBeGreaterThan(50)
  expect(differences(ours, theirs)).toEqual(none)
})

besideRecorded('node_exporter and we say the same of recorded md arrays', async () => {
  const text = readFileSync(new URL('proc/node_exporter-mdstat.txt', recorded), 'utf8')
  const files = { 'proc/mdstat': text, 'sys/power/state': 'mem' }
  const { ours, theirs } = await compare(plantTree({ files }))
  expect(ours.find(({ name }) => name === 'node_md_blocks')?.samples.length).toBeGreaterThan(10)
  expect(differences(ours, theirs)).toEqual(none)
})
