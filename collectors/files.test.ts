import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createFiles, readOptional } from './files.ts'

test('a long text is read whole, also after a short one', () => {
  const root = mkdtempSync(join(tmpdir(), 'zstone-files-'))
  const long = 'x'.repeat(300_000)
  writeFileSync(join(root, 'long'), long)
  writeFileSync(join(root, 'short'), 'short')
  const files = createFiles(root)
  expect(files.readText('/short')).toBe('short')
  expect(files.readText('/long')).toBe(long)
  expect(files.readText('/short')).toBe('short')
  rmSync(root, { recursive: true })
})

test('a text without an end is refused', () => {
  expect(() => createFiles().readText('/dev/zero')).toThrow('longer than')
})

test('what is not there throws, or is undefined where that is expected', () => {
  const files = createFiles('/nowhere')
  expect(() => files.readText('/proc/stat')).toThrow('ENOENT')
  expect(readOptional(files, '/proc/stat')).toBeUndefined()
})

test('space is asked of the file system itself', async () => {
  const space = await createFiles().statfs('/')
  expect(space.blocks).toBeGreaterThan(0)
  expect(space.blocksAvailable).toBeLessThanOrEqual(space.blocks)
})

test('a link leads to where it points, seen from the root', () => {
  const root = mkdtempSync(join(tmpdir(), 'zstone-files-'))
  mkdirSync(join(root, 'devices/chip'), { recursive: true })
  symlinkSync('devices/chip', join(root, 'link'))
  expect(createFiles(root).realPath('/link')).toBe('/devices/chip')
  expect(() => createFiles(root).realPath('/nowhere')).toThrow('ENOENT')
  rmSync(root, { recursive: true })
})

test('a text read off the event loop is the same text', async () => {
  const path = '/proc/sys/kernel/ostype'
  expect(await createFiles().readTextLater(path)).toBe(createFiles().readText(path))
  await expect(createFiles().readTextLater('/nowhere')).rejects.toThrow('ENOENT')
})
