import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseConfig } from '../config/config.ts'
import { alarmsOf } from './alarm.ts'
import { detourOf } from './detour.ts'
import { hasFailed, type Path } from './path.ts'

const nowMs = 1_000_000
const failAfterMs = 300_000
const bare: Path = {
  receiver: 'a',
  integration: 'webhook',
  index: 0,
  kind: 'notification',
  due: 0,
  refusals: 0,
}
const longAgo = nowMs - failAfterMs
const justNow = nowMs - 1000

test.each<[string, Partial<Path>, boolean]>([
  ['one that was never tried has not', {}, false],
  ['one that has failed for a moment has not', { failingSinceMs: justNow }, false],
  ['one that has failed for long has', { failingSinceMs: longAgo }, true],
  ['one that was refused thrice has', { failingSinceMs: justNow, refusals: 3 }, true],
  ['one that was refused twice has not', { failingSinceMs: justNow, refusals: 2 }, false],
  ['one over which a message does not get through has', { stuckSinceMs: longAgo }, true],
  ['that takes as long', { stuckSinceMs: justNow }, false],
])('a path has failed: %s', (_, path, expected) => {
  expect(hasFailed({ ...bare, ...path }, { nowMs, failAfterMs })).toBe(expected)
  expect(hasFailed({ ...bare, ...path }, { nowMs, failAfterMs: 0 })).toBe(false)
})

test('integrations of one name are one alarm, which is over when all work', () => {
  const second = { ...bare, index: 1 }
  const failed = { ...bare, failingSinceMs: longAgo }
  const failing = alarmsOf([failed, second], { nowMs, failAfterMs })
  expect(failing.map((alarm) => alarm.failed)).toEqual([[failed]])
  expect(failing[0]?.labels).toEqual({
    alertname: 'NotificationFailed',
    receiver: 'a',
    integration: 'webhook',
    severity: 'critical',
  })
  expect(alarmsOf([bare, second], { nowMs, failAfterMs })).toEqual([{ ...failing[0], failed: [] }])
})

const config = parseConfig(
  `
route: { receiver: a, routes: [{ receiver: b, matchers: [receiver=b] }] }
receivers:
- name: a
  webhook_configs: [{ url: "http://a/" }]
- name: b
  webhook_configs: [{ url: "http://b/" }, { url: "http://b2/" }]
- name: c
  webhook_configs: [{ url: "http://c/" }]
- name: nobody
`,
  'test.yml',
)
const failing = (receiver: string, index = 0): Path => {
  return { ...bare, receiver, index, failingSinceMs: justNow }
}
const delivered = (receiver: string, deliveredAtMs: number): Path => {
  return { ...bare, receiver, deliveredAtMs }
}
const through = (about: string, paths: readonly Path[]) =>
  detourOf({ alertname: 'NotificationFailed', receiver: about }, config, paths)?.receiver

test.each<[string, string, readonly Path[], string | undefined]>([
  ['the route leads elsewhere: none', 'c', [failing('c')], undefined],
  ['the route leads there: the one of the root', 'b', [failing('b'), failing('b', 1)], 'a'],
  ['another path of the receiver works: none', 'b', [failing('b')], undefined],
  ['the root fails: the last that delivered', 'a', [failing('a'), delivered('c', 5)], 'c'],
  ['the newest delivery counts', 'a', [failing('a'), delivered('c', 5), delivered('b', 6)], 'b'],
  ['nobody is known to work: none', 'a', [failing('a')], undefined],
])('a detour: %s', (_, about, paths, expected) => {
  expect(through(about, paths)).toBe(expected)
})

test('a detour never leads to a receiver that fails, and is taken only where it has to be', () => {
  const path = fc.record({
    receiver: fc.constantFrom('a', 'b', 'c'),
    index: fc.constantFrom(0, 1),
    fails: fc.boolean(),
    deliveredAtMs: fc.integer({ min: 1, max: 9 }),
  })
  fc.assert(
    fc.property(fc.constantFrom('a', 'b'), fc.array(path), (about, given) => {
      const byName = new Map(given.map((one) => [`${one.receiver}${one.index}`, one]))
      const paths = [...byName.values()].map(({ fails, ...one }): Path => {
        return { ...bare, ...one, ...(fails && { failingSinceMs: justNow }) }
      })
      const works = (receiver: string) =>
        (config.receivers.get(receiver)?.integrations ?? []).some(
          ({ index }) => byName.get(`${receiver}${index}`)?.fails !== true,
        )
      const taken = through(about, paths)
      if (works(about)) expect(taken).toBeUndefined()
      else if (taken === undefined) expect(works('a')).toBe(false)
      else expect(works(taken)).toBe(true)
    }),
  )
})
