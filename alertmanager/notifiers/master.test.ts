import { expect, test } from '@jest/globals'
import { master } from './master.ts'
import { conformance, fetchOf, message, openNotifier } from './notifier.conformance.ts'
import type { NotifierWorld } from './notifier.ts'

const yaml = 'url: http://master.example/v1/notifications\ncredentials: hunter2'

conformance({
  kind: master,
  yaml,
  worldOf: (side, keys) => ({ fetch: fetchOf(side, keys) }),
  hasRetryAfter: true,
})

test('the token and the trace go along', async () => {
  const seen: Request[] = []
  // Only what the notifier uses of its world.
  const world = { fetch: fetchOf({ kind: 'takes' }, [], seen) } as NotifierWorld
  await openNotifier(master, yaml, world).send(message(), new AbortController().signal)
  expect(seen[0]?.headers.get('Authorization')).toBe('Bearer hunter2')
  expect(seen[0]?.headers.get('traceparent')).toBe(message().traceparent)
})

test('a token file that is not there fails the attempt and is read again at the next', async () => {
  const world = { fetch: fetchOf({ kind: 'takes' }, []) } as NotifierWorld // As above.
  const fromFile = 'url: http://master.example/\ncredentials_file: /nowhere/token'
  const notifier = openNotifier(master, fromFile, world)
  expect(await notifier.send(message(), new AbortController().signal)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('/nowhere/token'),
  })
})
