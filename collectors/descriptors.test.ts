import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readlinkSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createDescriptors } from './descriptors.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zstone-descriptors-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (descriptor: number) => {
  const buffer = Buffer.alloc(100)
  return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, 100, 0))
}
/** Which files of the folder this process has open, by name: which number one got is chance. */
const openFiles = () =>
  readdirSync('/proc/self/fd')
    .flatMap((name) => {
      try {
        const path = readlinkSync(`/proc/self/fd/${name}`)
        return path.startsWith(folder) ? [path] : []
      } catch {
        return [] // The one by which the list was read.
      }
    })
    .sort()

test('a file is opened once, and read as it is now', () => {
  const path = join(folder, 'file')
  writeFileSync(path, 'one')
  const descriptors = createDescriptors(10)
  const seen: number[] = []
  const readNoting = (descriptor: number) => {
    seen.push(descriptor)
    return read(descriptor)
  }
  expect(descriptors.use(path, readNoting)).toBe('one')
  writeFileSync(path, 'two')
  expect(descriptors.use(path, readNoting)).toBe('two')
  expect(new Set(seen).size).toBe(1)
  descriptors.close()
  expect(openFiles()).toEqual([])
})

test('a file that is gone is closed, and an error as if it had never been open', async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const path = `/proc/${child.pid}/stat`
  const descriptors = createDescriptors(10)
  expect(descriptors.use(path, read)).toContain('(sleep)')
  const ended = once(child, 'exit')
  child.kill()
  await ended
  expect(() => descriptors.use(path, read)).toThrow('ENOENT')
})

test('what a file answers instead of a text does not close it', () => {
  const path = join(folder, 'speed')
  writeFileSync(path, '-1')
  const descriptors = createDescriptors(10)
  const refuse = () => {
    throw Object.assign(new Error('EINVAL: invalid argument'), { code: 'EINVAL' })
  }
  expect(() => descriptors.use(path, refuse)).toThrow('EINVAL')
  expect(openFiles()).toEqual([path])
  expect(descriptors.use(path, read)).toBe('-1')
  descriptors.close()
})

test('no more than so many stay open, and those that nobody reads any more make room', () => {
  const paths = Array.from({ length: 10 }, (_, i) => join(folder, `file${i}`))
  for (const path of paths) writeFileSync(path, 'text')
  const descriptors = createDescriptors(3)
  for (const path of paths) expect(descriptors.use(path, read)).toBe('text')
  expect(openFiles()).toEqual(paths.slice(0, 3))
  const last = paths.slice(-3)
  for (let i = 0; i < 10; i++) for (const path of last) descriptors.use(path, read)
  expect(openFiles()).toEqual(last)
  descriptors.close()
  expect(openFiles()).toEqual([])
})
