import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { reportOn } from './report.ts'

let folder: string
const options = { retentionMs: 120 * 3_600_000 }

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-report-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function report(yaml: string, more = {}) {
  const file = path.join(folder, 'am.yml')
  await writeFile(file, yaml)
  const { isValid, text } = await reportOn(file, { ...options, ...more })
  return { isValid, lines: text.replaceAll(file, 'FILE').split('\n') }
}

const odd = 'route: { receiver: r, repeat_interval: 6d }\nreceivers: [{ name: r }]'

test('each finding is a line, and the last one says that the file is valid', async () => {
  const { isValid, lines } = await report(odd)
  expect(isValid).toBe(true)
  expect(lines.map((line) => line.split(';')[0])).toEqual([
    'line 1, route: receiver "r" has no integration, so what is routed here is told to nobody',
    'line 1, route: repeat_interval 6d is longer than --data.retention 5d',
    'FILE is valid: 2 findings',
  ])
  expect((await report(odd, { retentionMs: 7 * 86_400_000 })).lines).toHaveLength(2)
})

test('what is wrong is one line, and so is a file that is not there', async () => {
  expect(await report('route: [')).toMatchObject({ isValid: false, lines: [expect.anything()] })
  const missing = await reportOn(path.join(folder, 'none.yml'), options)
  expect(missing).toMatchObject({ isValid: false, text: expect.stringMatching(/ENOENT/) })
})
