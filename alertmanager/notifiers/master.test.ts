import { expect, test } from '@jest/globals'
import { httpConformance, sent } from './http.conformance.ts'
import { master } from './master.ts'
import { message } from './notifier.conformance.ts'

const yaml = 'url: http://master.example/v1/notifications\ncredentials: hunter2'

httpConformance({ kind: master, yaml, hasTemplates: false })

test('the token and the trace go along', async () => {
  const { requests } = await sent(master, yaml)
  expect(requests[0]?.headers.get('Authorization')).toBe('Bearer hunter2')
  expect(requests[0]?.headers.get('traceparent')).toBe(message().traceparent)
  expect(requests[0]?.json()).toEqual(message().notification)
})

test('a token file that is not there fails the attempt and is read again at the next', async () => {
  const fromFile = 'url: http://master.example/\ncredentials_file: /nowhere/token'
  const { outcome, requests } = await sent(master, fromFile)
  expect(outcome).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('/nowhere/token'),
  })
  expect(requests).toEqual([])
})
