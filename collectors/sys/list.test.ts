import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { type Area, areaTree } from '../fake/hardware.ts'
import { seriesOf } from '../fake/series.ts'
import { plantTree, type Tree } from '../fake/tree.ts'
import { createFiles } from '../files.ts'
import { createCollection } from '../run.ts'
import { hardwareCollectors } from './list.ts'

const areas: readonly Area[] = ['machine', 'network', 'sensors', 'storage']

function hardwareOf(tree: Tree) {
  const planted = plantTree(tree)
  const world = { clock: createManualClock(), log: silentLog, files: createFiles(planted.root) }
  return { ...planted, collectors: hardwareCollectors(world), world }
}

test('what a machine does not have is no failure: every collector succeeds, and says nothing', async () => {
  const { remove, collectors, world } = hardwareOf({ files: { 'proc/stat': '', 'sys/x': '' } })
  const series = seriesOf(await createCollection({ ...world, collectors }).collect())
  const succeeded = Object.entries(series).filter(([name]) =>
    name.startsWith('zstone_collector_success{'),
  )
  expect(succeeded).toHaveLength(collectors.length)
  expect(succeeded.filter(([, value]) => value !== 1)).toEqual([])
  // Only what the runner says of the collectors themselves.
  expect(Object.keys(series).filter((name) => !name.includes('{collector="'))).toEqual([])
  remove()
})

test('no series stands twice', async () => {
  for (const area of areas) {
    const { remove, collectors } = hardwareOf(areaTree(area))
    for (const collector of collectors) {
      const families = await collector.collect(new AbortController().signal)
      const samples = families.flatMap((family) => family.samples)
      expect(Object.keys(seriesOf(families))).toHaveLength(samples.length)
    }
    remove()
  }
})

test('whatever a file says, no collector fails and no value is other than a number', async () => {
  const words = ['', '\n', ' ', '-1', '0x', 'N/A', '1e999', 'Infinity', '[2/1]', '4:', 'nan', 'é\0']
  const texts = fc.oneof(fc.string(), fc.constantFrom(...words), fc.string({ minLength: 5000 }))
  for (const area of areas) {
    const tree = areaTree(area)
    const { root, remove, collectors } = hardwareOf(tree)
    const paths = fc.constantFrom(...Object.keys(tree.files))
    await fc.assert(
      fc.asyncProperty(paths, texts, async (path, text) => {
        writeFileSync(join(root, path), text)
        for (const collector of collectors)
          for (const { samples } of await collector.collect(new AbortController().signal))
            expect(samples.filter(({ value }) => !Number.isFinite(value))).toEqual([])
      }),
      { numRuns: 40 },
    )
    remove()
  }
})
