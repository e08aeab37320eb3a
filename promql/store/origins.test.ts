import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createOrigins, type OriginLink, originAt } from './origins.ts'

test('every sample keeps the origin it came with, whoever else came with the same', () => {
  const someOrigin = fc.constantFrom(undefined, 'x', 'y', 'z')
  const ticks = fc.array(fc.array(fc.option(someOrigin, { nil: null }), { maxLength: 5 }), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(ticks, (given) => {
      const origins = createOrigins()
      const links: (OriginLink | undefined)[] = []
      const expected: [series: number, atMs: number, origin: string | undefined][] = []
      const branches = [0, 0, 0, 0, 0]
      given.forEach((tick, at) => {
        tick.forEach((origin, i) => {
          if (origin === null) return // This one was not exposed.
          const before = links[i]
          links[i] = origins.follow(before, origin, at)
          if (links[i] !== before) branches[i]!++
          expected.push([i, at, origin])
        })
      })
      for (const [i, atMs, origin] of expected)
        if (branches[i]! <= 4) expect(originAt(links[i], atMs)).toBe(origin)
    }),
    { numRuns: 2000 },
  )
})

test('series of one push share what is kept of it', () => {
  const origins = createOrigins()
  const links: (OriginLink | undefined)[] = Array.from({ length: 1000 }, () => undefined)
  for (let atMs = 0; atMs < 100; atMs++)
    links.forEach((link, i) => {
      links[i] = origins.follow(link, `push ${atMs} of ${i % 2}`, atMs)
    })
  expect(origins.size).toBe(200)
  expect(new Set(links).size).toBe(2)
  expect(originAt(links[3], 42)).toBe('push 42 of 1')
  origins.dropBefore(50)
  expect(origins.size).toBeLessThanOrEqual(102)
  expect(originAt(links[3], 42)).toBeUndefined()
  expect(originAt(links[3], 99)).toBe('push 99 of 1')
})

test('what nobody follows any more is forgotten', () => {
  const origins = createOrigins()
  origins.follow(undefined, 'x', 10)
  origins.dropBefore(11)
  expect(origins.size).toBe(0)
})

test('there is a bound to what is remembered', () => {
  const origins = createOrigins()
  let link: OriginLink | undefined
  for (let atMs = 0; atMs < 250_000; atMs++) link = origins.follow(link, `push ${atMs}`, atMs)
  expect(origins.size).toBeLessThanOrEqual(200_000)
  expect(originAt(link, 249_999)).toBe('push 249999')
})
