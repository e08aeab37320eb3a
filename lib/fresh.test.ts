import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { openFresh } from '#lib/fresh'
import { silentLog } from '#lib/log'

function open(content = '1') {
  const path = join(mkdtempSync(join(tmpdir(), 'fresh-')), 'file')
  writeFileSync(path, content)
  const clock = createManualClock()
  const errors: object[] = []
  const log = { ...silentLog, error: (fields: object) => void errors.push(fields) }
  let reads = 0
  const read = () => {
    reads++
    const value = Number(readFileSync(path, 'utf8'))
    if (Number.isNaN(value)) throw new Error('not a number')
    return { value, files: [path] }
  }
  return { path, clock, errors, reads: () => reads, file: openFresh(read, { clock, log }) }
}

test('a file is read once until it changes', async () => {
  const { path, clock, file, reads } = open()
  await clock.advance(5000)
  expect([file.current(), reads()]).toEqual([1, 1])
  writeFileSync(path, '22')
  await clock.advance(1000)
  expect([file.current(), file.current(), reads()]).toEqual([22, 22, 2])
})

test('a file that was put in the place of another is read', async () => {
  const { path, clock, file } = open()
  writeFileSync(`${path}.new`, '2')
  renameSync(`${path}.new`, path)
  await clock.advance(1000)
  expect(file.current()).toBe(2)
})

test('within a second nobody looks again', async () => {
  const { path, clock, file } = open()
  writeFileSync(path, '22')
  await clock.advance(999)
  expect(file.current()).toBe(1)
})

test('what cannot be read is told once, and the last good value stays', async () => {
  const { path, clock, file, errors, reads } = open()
  writeFileSync(path, 'nonsense')
  await clock.advance(1000)
  expect(file.current()).toBe(1)
  await clock.advance(1000)
  expect([file.current(), errors.length, reads()]).toEqual([1, 1, 2])
  rmSync(path)
  await clock.advance(1000)
  expect([file.current(), errors.length]).toEqual([1, 2])
  writeFileSync(path, '3')
  await clock.advance(1000)
  expect(file.current()).toBe(3)
})

test('the first reading must succeed', () => {
  expect(() => open('nonsense')).toThrow('not a number')
})
