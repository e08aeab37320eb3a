import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { lockFolder } from '#lib/lock'

const freshFolder = () => mkdtempSync(join(tmpdir(), 'lock-'))
const flag = '--data-dir'

test('a second holder learns who the first is, and what to do', async () => {
  const path = freshFolder()
  const lock = await lockFolder({ path, flag })
  await expect(lockFolder({ path, flag })).rejects.toThrow(
    `Cannot open ${path}: process ${process.pid} uses it; stop that one, or set another with --data-dir`,
  )
  await lock.release()
  await (await lockFolder({ path, flag })).release()
})

test('a folder is the same under any name', async () => {
  const path = freshFolder()
  const other = `${path}-link`
  symlinkSync(path, other)
  const lock = await lockFolder({ path, flag })
  await expect(lockFolder({ path: other, flag })).rejects.toThrow('uses it')
  await lock.release()
})

test('a process that is killed leaves no lock behind', async () => {
  const path = freshFolder()
  const source = `import { lockFolder } from '#lib/lock'
    await lockFolder({ path: ${JSON.stringify(path)}, flag: '--data-dir' })
    process.stdout.write('held')
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source])
  await once(child.stdout, 'data')
  await expect(lockFolder({ path, flag })).rejects.toThrow(`process ${child.pid} uses it`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await lockFolder({ path, flag })).release()
})

test('a folder that cannot be made says so, with the flag', async () => {
  await expect(lockFolder({ path: '/proc/nowhere', flag })).rejects.toThrow(
    "Cannot open /proc/nowhere: ENOENT: no such file or directory, mkdir '/proc/nowhere'; make it writable, or set another with --data-dir",
  )
  await expect(lockFolder({ path: '/dev/null/data', flag })).rejects.toThrow('ENOTDIR')
})
