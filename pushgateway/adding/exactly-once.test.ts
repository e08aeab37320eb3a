/** A client that sends a push again until it is acknowledged has it counted once. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type CrashLuck, createFakeDisk, type FakeDisk } from '#test/fake-disk'
import { openTestGateway, type TestGateway } from '../fake/gateway.ts'

const flags = ['--push.aggregate=job=~".+"', '--persistence.log-size-max=4096']

interface Push {
  readonly id: string
  readonly job: string
  readonly value: number
}

const somePushes = fc
  .array(fc.record({ job: fc.constantFrom('x', 'y'), value: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((given) => given.map((push, i): Push => ({ ...push, id: `push-${i}` })))

const someLuck: fc.Arbitrary<CrashLuck> = fc.record({
  bytes: fc.constantFrom(0, 0.3, 0.6, 0.95, 1),
  names: fc.constantFrom(0, 0.5, 1),
  garbled: fc.boolean(),
})

/** Sends each push twice at once, in waves; returns those of which nobody heard. */
async function sendAll(gateway: TestGateway, pushes: readonly Push[]): Promise<Push[]> {
  const unheard: Push[] = []
  for (let i = 0; i < pushes.length; i += 7) {
    const wave = pushes.slice(i, i + 7)
    const send = async (push: Push) => {
      const body = `# TYPE c counter\nc ${push.value}\n# TYPE g gauge\ng ${push.value}\n`
      const headers = { 'X-Push-Id': push.id }
      return gateway.send('POST', `/metrics/job/${push.job}`, { body, headers })
    }
    const replies = await Promise.all(wave.map((push) => Promise.all([send(push), send(push)])))
    replies.forEach((both, j) => {
      const push = wave[j]
      if (push !== undefined && both.every(({ status }) => status !== 200)) unheard.push(push)
    })
  }
  return unheard
}

async function open(disk: FakeDisk): Promise<TestGateway | undefined> {
  return openTestGateway({ flags, disk }).catch(() => undefined)
}

async function counted(gateway: TestGateway | undefined): Promise<string[]> {
  const lines = (await gateway?.exposed()) ?? []
  return lines.filter((line) => line.startsWith('c{'))
}

function sumsOf(pushes: readonly Push[]): string[] {
  const byJob = Map.groupBy(pushes, ({ job }) => job)
  return [...byJob]
    .map(([job, some]) => {
      const sum = some.reduce((total, { value }) => total + value, 0)
      return `c{instance="",job="${job}"} ${sum}`
    })
    .sort()
}

test('a crash at any disk operation, then pushes again: the sum is exact', async () => {
  await fc.assert(
    fc.asyncProperty(somePushes, someLuck, fc.nat(), async (pushes, luck, seed) => {
      const rehearsal = createFakeDisk()
      const rehearsed = await open(rehearsal)
      if (rehearsed !== undefined) await sendAll(rehearsed, pushes)
      await rehearsed?.close()
      const cut = 1 + (seed % rehearsal.operations())
      const disk = createFakeDisk()
      disk.failWhen((_, count) => (count >= cut ? new Error('the power is gone') : undefined))
      const first = await open(disk)
      const unheard = first === undefined ? pushes : await sendAll(first, pushes)
      await first?.close().catch(() => undefined)
      const second = await open(disk.afterCrash(luck))
      expect(second === undefined ? pushes : await sendAll(second, unheard)).toEqual([])
      const found = await counted(second)
      await second?.close()
      expect(found).toEqual(sumsOf(pushes))
    }),
    { numRuns: 60 },
  )
})

test('the names of pushes stand in snapshots', async () => {
  const disk = createFakeDisk()
  const pushes = Array.from({ length: 90 }, (_, i) => ({ id: `p${i}`, job: 'x', value: 1 }))
  const first = await open(disk)
  if (first !== undefined) await sendAll(first, pushes)
  await first?.close()
  expect([...disk.files().keys()].some((path) => path.endsWith('.snapshot'))).toBe(true)
  const second = await open(disk)
  if (second !== undefined) await sendAll(second, pushes)
  expect(await counted(second)).toEqual(['c{instance="",job="x"} 90'])
  await second?.close()
})
