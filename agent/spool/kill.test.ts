/** A real process on a real disk, and a real `kill -9`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { realDisk } from '#lib/disk'
import { silentLog } from '#lib/log'
import { openSpool } from './spool.ts'

const program = fileURLToPath(new URL('../fake/spool-program.ts', import.meta.url))

/** The last number that it said before it was killed in the middle of its work. */
async function runAndKill(folder: string, first: number, count: number): Promise<number> {
  const child = spawn(process.execPath, [program, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'close') // When it has ended, what it said may still be on its way.
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
    if (said.split('\n').length > count) child.kill('SIGKILL')
  })
  await gone
  return Number(said.trimEnd().split('\n').at(-1))
}

test('kill -9 loses no tick that was said to be on the disk, and keeps their order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zstone-spool-'))
  let acknowledged = 0
  for (const count of [1, 7, 40]) acknowledged = await runAndKill(folder, acknowledged + 1, count)
  const spool = await openSpool({
    disk: realDisk,
    folder,
    sizeBytesMax: 1024 * 1024 * 1024,
    ageMsMax: 3_600_000,
    clock: systemClock,
    log: silentLog,
  })
  const found: number[] = []
  for (;;) {
    const waiting = await spool.first()
    if (waiting === undefined) break
    found.push(Number(/\d+/.exec(String(waiting.tick.text))))
    await spool.remove(waiting.entry, 'delivered')
  }
  rmSync(folder, { recursive: true })
  expect(spool.state().dropped).toMatchObject({ damaged: 0 })
  // One that was not said yet may be there, and then the next run used its number again.
  expect([...new Set(found)].slice(0, acknowledged)).toEqual(
    Array.from({ length: acknowledged }, (_, i) => i + 1),
  )
  expect(found).toEqual([...found].sort((a, b) => a - b))
})
