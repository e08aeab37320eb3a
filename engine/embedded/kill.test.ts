import { spawn } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { systemRandom } from '#lib/random'
import { until } from '#test/until'
import { racksOfDisks } from '../engine.conformance.ts'
import { isSound } from '../engine.ts'
import { openEmbeddedEngine } from './embedded-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'zstone-kill-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const program = fileURLToPath(new URL('../fake/writing-process.ts', import.meta.url))
const dataDisks = racksOfDisks(3, 1).map((disk) => ({ ...disk, path: join(folder, disk.id) }))

test('kill -9 in the middle of writes, again and again: what was acknowledged is there', async () => {
  const lastBegun = new Map<string, number>()
  const lastAcknowledged = new Map<string, number>()
  for (const life of ['first', 'second', 'third']) {
    const child = spawn(process.execPath, [program, life, JSON.stringify(dataDisks)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let acknowledged = 0
    const closed = new Promise((resolve) => child.once('close', resolve))
    createInterface(child.stdout).on('line', (line) => {
      const [word, key = '', i] = line.split(' ')
      if (word === 'began') lastBegun.set(key, Number(i))
      else {
        acknowledged++
        lastAcknowledged.set(key, Number(i))
      }
    })
    await until(() => acknowledged > 150)
    child.kill('SIGKILL')
    await closed
  }
  const world = { clock: systemClock, random: systemRandom, log: silentLog }
  const engine = await openEmbeddedEngine({ dataDisks, ...world })
  expect(lastAcknowledged.size).toBeGreaterThan(450 / 4)
  for (const [key, i] of lastAcknowledged) {
    const value = (await engine.get('gold', key))?.bytes.toString() ?? ''
    expect([i, lastBegun.get(key)]).toContain(Number(value.split(' ')[1]))
  }
  await until(() => engine.status().recovery.groupsLeft === 0)
  expect(isSound(await engine.verifyPool('gold'))).toBe(true)
  await engine.close()
})

test('a real folder that is renamed away is noticed, and taken back when it returns', async () => {
  const disks = racksOfDisks(4, 1).map((disk) => ({
    ...disk,
    path: join(folder, 'renamed', disk.id),
  }))
  const engine = await openEmbeddedEngine({
    dataDisks: disks,
    pools: [{ name: 'gold', copies: 3, faultDomain: 'rack', placementGroups: 8 }],
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    probeEveryMs: 50,
  })
  const path = disks[1]!.path
  const state = () => engine.status().dataDisks[1]!.state
  for (let i = 0; i < 20; i++) await engine.put('gold', `k${i}`, Buffer.from(`before ${i}`))
  renameSync(path, `${path}.away`)
  for (let i = 0; i < 20; i++) await engine.put('gold', `k${i}`, Buffer.from(`after ${i}`))
  await until(() => state() === 'failed' && engine.status().recovery.groupsLeft === 0)
  expect(isSound(await engine.verifyPool('gold'))).toBe(true)
  renameSync(`${path}.away`, path)
  await until(() => state() === 'in' && engine.status().recovery.groupsLeft === 0)
  expect(isSound(await engine.verifyPool('gold'))).toBe(true)
  for (let i = 0; i < 20; i++)
    expect((await engine.get('gold', `k${i}`))?.bytes.toString()).toBe(`after ${i}`)
  await engine.close()
})
