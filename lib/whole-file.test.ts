import { expect, test } from '@jest/globals'
import { createFakeDisk, diskError } from '#test/fake-disk'
import { writeWhole } from './whole-file.ts'

const path = '/f/kept'
const put = (disk: ReturnType<typeof createFakeDisk>, text: string) =>
  writeWhole({ disk, path }, async (append) => {
    for (const letter of text) await append(Buffer.from(letter))
  })

async function withOld() {
  const disk = createFakeDisk()
  expect(await put(disk, 'old')).toBe(3)
  return disk
}

test('whichever operation fails, and whatever a crash leaves, the file is the old or the new one', async () => {
  const disk = await withOld()
  const before = disk.operations()
  await put(disk, 'newer')
  const steps = disk.operations() - before
  for (let failing = 1; failing <= steps; failing++) {
    const one = await withOld()
    const start = one.operations()
    one.failWhen((_, count) => (count === start + failing ? diskError('EIO') : undefined))
    await expect(put(one, 'newer')).rejects.toThrow('EIO')
    for (const names of [0, 0.5, 1])
      for (const bytes of [0, 1]) {
        const { files } = one.afterCrash({ names, bytes, garbled: true })
        expect(['old', 'newer']).toContain(String(files().get(path)))
      }
  }
})

test('what an attempt left is not written behind', async () => {
  const disk = await withOld()
  await (await disk.open(`${path}.part`)).append(Buffer.from('left'))
  await put(disk, 'new')
  expect([...disk.files()].map(([name, bytes]) => [name, String(bytes)])).toEqual([[path, 'new']])
})

test('what cannot be written leaves nothing behind', async () => {
  const disk = await withOld()
  disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
  await expect(put(disk, 'new')).rejects.toThrow('ENOSPC')
  expect([...disk.files().keys()]).toEqual([path])
})
