import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { collected, falseNode, seriesOf } from '../fake/series.ts'
import type { Space } from '../files.ts'
import { createFilesystem } from './filesystem.ts'

const space: Space = {
  blockBytes: 4096,
  blocks: 1000,
  blocksFree: 400,
  blocksAvailable: 300,
  files: 50,
  filesFree: 20,
}
const signal = new AbortController().signal

const nodeWith = (statfs: (path: string) => Promise<Space>) => {
  const clock = createManualClock()
  const files = { readText: falseNode.readText, statfs }
  return { clock, filesystem: createFilesystem({ files, clock }) }
}
const root = '{device="/dev/nvme0n1p1", fstype="ext4", mountpoint="/"}'
const disk = '{device="/dev/sda1", fstype="xfs", mountpoint="/mnt/data disk"}'
const nas = '{device="nas:/export", fstype="nfs4", mountpoint="/mnt/nas"}'

test('file systems that hold data are measured, each once, with names unescaped', async () => {
  const asked: string[] = []
  const { filesystem } = nodeWith(async (path) => {
    asked.push(path)
    return space
  })
  const series = await collected(filesystem)
  expect(asked).toEqual(['/', '/run', '/', '/mnt/data disk', '/mnt/nas'])
  expect(series).toMatchObject({
    [`node_filesystem_size_bytes${root}`]: 4_096_000,
    [`node_filesystem_free_bytes${root}`]: 1_638_400,
    [`node_filesystem_avail_bytes${root}`]: 1_228_800,
    [`node_filesystem_files${root}`]: 50,
    [`node_filesystem_files_free${root}`]: 20,
    [`node_filesystem_readonly${root}`]: 0,
    [`node_filesystem_readonly${disk}`]: 1,
    [`node_filesystem_device_error${disk}`]: 0,
  })
  expect(Object.keys(series).filter((name) => /"overlay"|"proc"/.test(name))).toEqual([])
})

test('a mount that cannot be asked is an error without sizes', async () => {
  const { filesystem } = nodeWith(async (path) => {
    if (path === '/mnt/data disk') throw new Error('EIO')
    return space
  })
  const series = await collected(filesystem)
  expect(series[`node_filesystem_device_error${disk}`]).toBe(1)
  expect(series).not.toHaveProperty([`node_filesystem_size_bytes${disk}`])
  expect(series[`node_filesystem_device_error${nas}`]).toBe(0)
})

test('a mount that hangs is not asked again until it answers', async () => {
  let asked = 0
  let answer: (found: Space) => void = () => {}
  const { filesystem, clock } = nodeWith((path) => {
    if (path !== '/mnt/nas') return Promise.resolve(space)
    asked++
    return new Promise((resolve) => {
      answer = resolve
    })
  })
  const first = Promise.resolve(filesystem.collect(signal)).then(seriesOf)
  await clock.advance(500)
  expect((await first)[`node_filesystem_device_error${nas}`]).toBe(1)

  const second = await collected(filesystem)
  expect(second[`node_filesystem_device_error${nas}`]).toBe(1)
  expect(second[`node_filesystem_device_error${root}`]).toBe(0)
  expect(asked).toBe(1)

  answer(space)
  await clock.advance(0)
  const third = Promise.resolve(filesystem.collect(signal)).then(seriesOf)
  await clock.advance(0)
  answer(space)
  expect((await third)[`node_filesystem_size_bytes${nas}`]).toBe(4_096_000)
})
