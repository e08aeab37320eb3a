import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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

test('what may be absent is looked for without an error', () => {
  const files = createFiles('/nowhere')
  expect(files.readIfPresent('/proc/stat')).toBeUndefined()
  expect(files.listIfPresent('/sys/class/net')).toEqual([])
  expect(files.stampOf('/run/udev/data/b8:0')).toBeUndefined()
})

test('files of /proc and /sys stay open, those of processes and all others do not', () => {
  const root = mkdtempSync(join(tmpdir(), 'zstone-files-'))
  const paths = ['/proc/stat', '/proc/1/mounts', '/proc/77/stat', '/sys/mtu', '/etc/os-release']
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), path)
  }
  using files = createFiles(root, { keepsOpen: true })
  for (const path of paths) expect(files.readText(path)).toBe(path)
  for (const path of paths) {
    rmSync(join(root, path))
    writeFileSync(join(root, path), 'new')
  }
  expect(paths.filter((path) => files.readText(path) !== 'new')).toEqual([
    '/proc/stat',
    '/proc/1/mounts',
    '/sys/mtu',
  ])
  rmSync(root, { recursive: true })
})

test('the stamp of a file is another once it was written or replaced', () => {
  const root = mkdtempSync(join(tmpdir(), 'zstone-files-'))
  const files = createFiles(root)
  const write = (text: string) => {
    writeFileSync(join(root, 'new'), text)
    renameSync(join(root, 'new'), join(root, 'file'))
    return files.stampOf('/file')?.word
  }
  const first = write('one')
  expect(files.stampOf('/file')?.word).toBe(first)
  expect(write('two')).not.toBe(first)
  rmSync(root, { recursive: true })
})
