/** What is left of a process that was killed while it wrote. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from '@jest/globals'

const folder = mkdtempSync(join(tmpdir(), 'zstone-kill-'))
const program = fileURLToPath(new URL('./kill-program.conformance.ts', import.meta.url))
const seriesCount = 5000
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Life {
  /** What it found: the least, the most, and of how many series. */
  readonly found: {
    readonly newest: readonly [number, number, number]
    readonly counts: readonly [number, number, number]
    readonly damaged: readonly string[]
  }
  /** The last step that it said was written; the disk may be some behind with what it took in. */
  readonly last: number
}

/** Runs until it has taken in so many steps, and is killed in the middle of the next ones. */
async function live(steps: number): Promise<Life> {
  const flags = ['--disable-warning=ExperimentalWarning', program, folder, String(seriesCount)]
  const child: ChildProcess = spawn(process.execPath, flags, {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout!)
  let found: Life['found'] | undefined
  let [last, seen] = [0, 0]
  const exit = once(child, 'exit')
  for await (const line of lines) {
    if (found === undefined) found = JSON.parse(line)
    else if (++seen <= steps) last = Number(line)
    if (seen === steps) child.kill('SIGKILL')
    if (seen > steps) last = Number(line)
  }
  await exit
  return { found: found!, last }
}

test('a process that is killed again and again while it writes loses no step before the last', async () => {
  let last = 0
  for (let life = 0; life < 6; life++) {
    const { found, last: reached } = await live(40 + 31 * life)
    expect(found.damaged).toEqual([])
    if (life > 0) {
      const [least, most, count] = found.newest
      expect(count).toBe(seriesCount)
      // The steps of a frame come back together, or not at all.
      expect(least).toBe(most)
      expect(most).toBeGreaterThanOrEqual(last)
      // No step is missing before that.
      expect(found.counts).toEqual([most, most, seriesCount])
    }
    last = reached
  }
  expect(readdirSync(folder).some((name) => name.endsWith('.checkpoint'))).toBe(true)
})

test('what a torn write left at the end is cut off, whatever it is', async () => {
  const { found: before } = await live(20)
  const path = join(folder, newestLog())
  truncateSync(path, Math.max(9, statSync(path).size - 1000))
  const { found } = await live(1)
  const [least, most] = found.newest
  expect(least).toBe(most)
  // What this life wrote may have been one frame; nothing older was touched.
  expect(most).toBeGreaterThanOrEqual(before.newest[1] ?? 0)
  expect(found.counts).toEqual([most, most, seriesCount])
  expect(found.damaged).toEqual([])
})

const newestLog = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .at(-1) ?? ''
