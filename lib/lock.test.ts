import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { lockFolder } from '#lib/lock'

const freshFolder = () => mkdtempSync(join(tmpdir(), 'lock-'))
const flag = '--data-dir'

test('a second holder learns who the first is, and what to do', () => {
  const path = freshFolder()
  const lock = lockFolder({ path, flag })
  expect(() => lockFolder({ path, flag })).toThrow(
    `Cannot open ${path}: process ${process.pid} uses it; stop that one, or set another with --data-dir`,
  )
  lock.release()
  lockFolder({ path, flag }).release()
})

test('a lock left by a process that was killed is taken over', async () => {
  const path = freshFolder()
  const child = spawn('sleep', ['60'])
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')
  writeFileSync(join(path, 'lock'), `${child.pid} ${stat[21]}`)
  expect(() => lockFolder({ path, flag })).toThrow(`process ${child.pid} uses it`)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  lockFolder({ path, flag }).release()
})

test('a lock whose process id was given to another process is taken over', () => {
  const path = freshFolder()
  writeFileSync(join(path, 'lock'), `${process.pid} 1`)
  lockFolder({ path, flag }).release()
})

test('a torn lock file is taken over', () => {
  const path = freshFolder()
  writeFileSync(join(path, 'lock'), '')
  lockFolder({ path, flag }).release()
})

test('a folder that cannot be made or written says so, with the flag', () => {
  expect(() => lockFolder({ path: '/proc/nowhere', flag })).toThrow(
    /Cannot open \/proc\/nowhere: .*--data-dir/,
  )
  if (process.getuid?.() === 0) return // Root may write everywhere.
  const path = freshFolder()
  chmodSync(path, 0o500)
  expect(() => lockFolder({ path, flag })).toThrow('make it writable')
})
