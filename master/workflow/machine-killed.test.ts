import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { until } from '#test/until'
import { type Bench, openBench, orderOf } from './bench.conformance.ts'
import { countTo, stepCount } from './killed.conformance.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const program = join(import.meta.dirname, 'killed.conformance.ts')

/** A process in the role of a master. */
function startMaster(file: string): ChildProcess {
  return spawn(process.execPath, [program, bench.url, file], { stdio: 'inherit' })
}

const gone = (child: ChildProcess) =>
  until(() => child.exitCode !== null || child.signalCode !== null)

test('a master killed with -9 again and again leaves each step done, and in order', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'zstone-kill-')), 'journal')
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [])
  const { job } = await bench.machine([countTo(file)]).start(orderOf('count'))
  const finished = async () => (await bench.jobs.get(job.id))?.finished_at !== null
  let kills = 0
  while (!(await finished())) {
    const seen = lines().length
    const child = startMaster(file)
    // By turns in the middle of a step, at its end, and in the middle of the next.
    await until(async () => lines().length > seen + ((kills + 1) % 3) || (await finished()))
    child.kill('SIGKILL')
    await gone(child)
    kills++
  }
  expect(kills).toBeGreaterThan(2)
  const ended = await bench.jobs.get(job.id)
  expect(ended?.state).toBe('succeeded')
  const begun = lines().map((line) => Number(line.split(' ')[1]))
  expect(begun).toEqual([...begun].sort((a, b) => a - b))
  expect(new Set(begun).size).toBe(stepCount)
  const tokens = new Set(lines().map((line) => line.split(' ').slice(2).join(' ')))
  expect(tokens.size).toBe(stepCount)
})
