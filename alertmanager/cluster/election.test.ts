import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Clock, createManualClock } from '#lib/clock'
import { createElection, type Election } from './election.ts'

interface Town {
  readonly elections: Map<string, Election>
  readonly clock: Clock
}

/** Instances that hear each other once they have come; each claim takes `delayMs` both ways. */
function settler(town: Town, delayMs: number) {
  return (own: string, peers: readonly string[]) => {
    const { clock, elections } = town
    const claimAt = async (peer: string) => {
      await new Promise<void>((resolve) => clock.after(delayMs, resolve))
      return elections.get(peer)?.hear(own) ?? 'absent'
    }
    const others = peers.filter((peer) => peer !== own)
    const election = createElection({ own, peers: others, claimAt, patienceMs: 1000, clock })
    elections.set(own, election)
    return election
  }
}

const never = new AbortController().signal

test('an instance that knows nobody hosts', async () => {
  const clock = createManualClock()
  const settle = settler({ elections: new Map(), clock }, 1)
  expect(await settle('a', []).decide(never)).toBe('a')
})

test('one that comes later follows, whatever its address', async () => {
  const clock = createManualClock()
  const settle = settler({ elections: new Map(), clock }, 1)
  const first = settle('m', []).decide(never)
  await clock.advance(10)
  const later = [settle('a', ['m']).decide(never), settle('z', ['m']).decide(never)]
  await clock.advance(1000)
  expect(await Promise.all([first, ...later])).toEqual(['m', 'm', 'm'])
})

test('a peer that does not answer is waited for, and then not', async () => {
  const clock = createManualClock()
  const election = createElection({
    own: 'b',
    peers: ['a'],
    claimAt: async () => 'unclear',
    patienceMs: 1000,
    clock,
  })
  let host: string | undefined
  void election.decide(never).then((decided) => {
    host = decided
  })
  await clock.advance(900)
  expect(host).toBeUndefined()
  await clock.advance(200)
  expect(host).toBe('b')
})

test('a host that is gone is forgotten, and another is found', async () => {
  const clock = createManualClock()
  const town = { elections: new Map<string, Election>(), clock }
  const settle = settler(town, 1)
  const host = settle('a', ['a', 'b']).decide(never)
  const follower = settle('b', ['a', 'b'])
  const joined = follower.decide(never)
  await clock.advance(1000)
  expect([await host, await joined]).toEqual(['a', 'a'])
  town.elections.delete('a')
  follower.forget()
  const next = follower.decide(never)
  await clock.advance(1000)
  expect(await next).toBe('b')
})

test('whoever comes when, all agree on one host', async () => {
  const arrivals = fc.array(fc.nat(300), { minLength: 2, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 80 }), async (startsMs, delayMs) => {
      const clock = createManualClock()
      const town = { elections: new Map(), clock }
      const settle = settler(town, delayMs)
      const names = startsMs.map((_, i) => `127.0.0.1:${9000 + i}`)
      const hosts: string[] = []
      names.forEach((name, i) => {
        clock.after(startsMs[i] ?? 0, () => {
          void settle(name, names)
            .decide(never)
            .then((host) => void hosts.push(host))
        })
      })
      await clock.advance(20_000)
      expect(hosts).toHaveLength(names.length)
      expect(new Set(hosts).size).toBe(1)
    }),
    { numRuns: 1000 },
  )
})
