import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { until } from '#test/until'
import { systemClock } from '../clock.ts'
import { type ProgramOptions, startProgram } from './run.ts'

const sh = (script: string, options: Partial<ProgramOptions> = {}) =>
  startProgram({ path: 'sh', args: ['-c', script], deadlineMs: 120_000, ...options }, systemClock)

/** One that has ended is there until whoever inherited it has asked for its end: state Z. */
const isAlive = (pid: number) => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('a program gives its output, its complaint and its exit code', async () => {
  expect(await sh('echo out; echo err >&2; exit 3').output).toEqual({
    exitCode: 3,
    output: 'out\n',
    complaint: 'err',
  })
})

test('a missing program is named', async () => {
  const { output } = startProgram(
    // A folder of the PATH that one may not enter would make it EACCES.
    { path: 'no-such-program', args: [], deadlineMs: 60_000, env: { PATH: '/usr/bin:/bin' } },
    systemClock,
  )
  await expect(output).rejects.toMatchObject({ code: 'PROGRAM_MISSING' })
})

test('a path that cannot be executed is named', async () => {
  const { output } = startProgram({ path: '/etc', args: [], deadlineMs: 60_000 }, systemClock)
  await expect(output).rejects.toMatchObject({ code: 'PROGRAM_UNUSABLE' })
})

test('a program that hangs is killed at its deadline with its children', async () => {
  const { output, gone } = sh('sleep 60 & echo $!; wait', { deadlineMs: 200 })
  await expect(output).rejects.toMatchObject({
    code: 'PROGRAM_TIMED_OUT',
    message: 'Cannot run sh: it was not done within 200ms',
  })
  await gone
})

test('the child of a killed program is dead', async () => {
  const stop = new AbortController()
  const folder = mkdtempSync(join(tmpdir(), 'zstone-run-'))
  const file = join(folder, 'pid')
  const { output, gone } = sh(`sleep 60 & echo $! > ${file}; wait`, { signal: stop.signal })
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))
  const pid = Number(readFileSync(file, 'utf8'))
  rmSync(folder, { recursive: true })
  expect(isAlive(pid)).toBe(true)
  stop.abort()
  await expect(output).rejects.toMatchObject({ code: 'PROGRAM_STOPPED' })
  await gone
  await until(() => !isAlive(pid))
})

test('output without an end is cut off and the program killed', async () => {
  const { output, gone } = sh('yes', { outputBytesMax: 100_000 })
  await expect(output).rejects.toMatchObject({ code: 'PROGRAM_OUTPUT_TOO_LONG' })
  await gone
})

test('a long complaint does not block the program', async () => {
  const script =
    'i=0; while [ $i -lt 5000 ]; do echo 01234567890123456789 >&2; i=$((i+1)); done; echo done'
  expect((await sh(script).output).output).toBe('done\n')
})

test('the environment is the one given', async () => {
  const env = { PATH: '/usr/bin:/bin', ZSTONE_TEST: 'set' }
  expect((await sh('echo $ZSTONE_TEST', { env }).output).output).toBe('set\n')
})
