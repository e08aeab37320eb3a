import { expect, test } from '@jest/globals'
import { createPlainLog } from '#lib/plain-log'

function open(level: Parameters<typeof createPlainLog>[0]) {
  const lines: Record<string, unknown>[] = []
  const log = createPlainLog(level, { write: (line) => lines.push(JSON.parse(line)) })
  return { log, lines }
}

test('a line says what happened and to what', () => {
  const { log, lines } = open('info')
  log.child({ program: 'zstnlet' }).warn({ disk: 'sda', size: 1n }, 'It is lost')
  expect(lines).toEqual([
    {
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      program: 'zstnlet',
      disk: 'sda',
      size: '1',
      msg: 'It is lost',
    },
  ])
})

test('what is less severe than asked for is left out', () => {
  const { log, lines } = open('warn')
  log.debug({}, 'a')
  log.info({}, 'b')
  log.error({ error: new Error('c', { cause: new Error('d') }) }, 'e')
  expect(lines).toMatchObject([{ level: 'error', error: 'c: d', msg: 'e' }])
  const silent = open('silent')
  silent.log.error({}, 'f')
  expect(silent.lines).toEqual([])
})
