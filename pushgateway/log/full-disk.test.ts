/** A disk that is really full: a small file system in memory, which only root may mount. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { exchange } from '../fake/gateway.ts'
import { type GatewayProcess, startOurs } from '../fake/process.ts'

const mounted = mount()

interface Mounted {
  readonly folder: string
  readonly refusal: string | undefined
}

function mount(): Mounted {
  const folder = mkdtempSync(join(tmpdir(), 'zstone-full-'))
  const options = ['-t', 'tmpfs', '-o', 'size=4m', 'zstone-test', folder]
  const { status, stderr, error } = spawnSync('mount', options)
  const refusal = status === 0 ? undefined : (error?.message ?? String(stderr).trim())
  return { folder, refusal }
}

afterAll(() => {
  if (mounted.refusal === undefined) spawnSync('umount', ['--lazy', mounted.folder])
  rmSync(mounted.folder, { recursive: true, force: true })
})

const fillerBytes = 3 * 1024 * 1024
/** Of 20 kB, so that a few dozen fill what the filler leaves. */
const bodyOf = (value: number) =>
  Array.from({ length: 1000 }, (_, i) => `a{number="${i}"} ${value}\n`).join('')

const jobs = ['x', 'y', 'z']

async function pushOne(gateway: GatewayProcess, job: string, value: number): Promise<number> {
  const sent = { body: bodyOf(value) }
  const path = `/metrics/job/${job}`
  return (await exchange({ url: gateway.url, method: 'PUT', path, sent })).status
}

/** The values that each group shows: one, as long as pushes are whole. */
async function shownBy({ url }: GatewayProcess): Promise<Record<string, readonly number[]>> {
  const { body } = await exchange({ url, method: 'GET', path: '/metrics', sent: {} })
  const valuesOf = (job: string) =>
    [...body.matchAll(new RegExp(`^a\\{.*job="${job}".*\\} (\\d+)$`, 'gm'))].map(([, v]) =>
      Number(v),
    )
  return Object.fromEntries(jobs.map((job) => [job, [...new Set(valuesOf(job))]]))
}

/** Pushes until the disk takes no more; says what was acknowledged. */
async function fillDisk(gateway: GatewayProcess, acknowledged: Map<string, number>, from: number) {
  for (let value = from; value < from + 2000; value++)
    for (const job of jobs) {
      const status = await pushOne(gateway, job, value)
      if (status === 507) return value
      expect(status).toBe(200)
      acknowledged.set(job, value)
    }
  throw new Error('the disk never was full')
}

async function fullDisk(): Promise<void> {
  const { folder } = mounted
  const filler = join(folder, 'filler')
  const acknowledged = new Map<string, number>()
  const expected = () => Object.fromEntries([...acknowledged].map(([job, value]) => [job, [value]]))
  const start = () => startOurs(join(folder, 'data'))
  await writeFile(filler, Buffer.alloc(fillerBytes))
  let gateway = await start()
  try {
    const reached = await fillDisk(gateway, acknowledged, 1)
    expect(reached).toBeGreaterThan(3)
    expect(await shownBy(gateway)).toEqual(expected())

    await gateway.kill()
    gateway = await start() // It starts on the full disk, and shows everything.
    expect(await shownBy(gateway)).toEqual(expected())
    const again = await fillDisk(gateway, acknowledged, reached + 1)

    await rm(filler)
    for (const job of jobs) {
      expect(await pushOne(gateway, job, again + 1)).toBe(200)
      acknowledged.set(job, again + 1)
    }
    await gateway.kill()
    gateway = await start()
    expect(await shownBy(gateway)).toEqual(expected())
  } finally {
    await gateway.kill()
  }
}

const title =
  'a disk that is full answers 507, loses nothing, and takes pushes when it has space again'
if (mounted.refusal === undefined) test(title, fullDisk)
else
  test('no small disk can be mounted here', () => {
    console.log(`Skipped what a full disk does: ${mounted.refusal}`)
  })
