/** `zstone-alertmanager --config.check`: says what is wrong or odd, starts nothing, and ends. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { programOf, startChild, temporaryFolder } from './child.ts'

let folder: string

beforeAll(async () => {
  folder = await temporaryFolder()
})

async function check(yaml: string, ...args: readonly string[]) {
  const file = path.join(folder, 'alertmanager.yml')
  await fs.writeFile(file, yaml)
  const child = startChild(programOf('zstone-alertmanager'), {
    args: ['--config.check', '--config.file', file, ...args],
    cwd: folder,
    withinMs: 120_000,
  })
  const code = await child.ended
  return { code, said: child.stdout().replaceAll(file, 'FILE'), complaint: child.stderr() }
}

const receivers = 'receivers:\n- { name: r, webhook_configs: [{ url: http://h/ }] }\n'

test('a file in order', async () => {
  const said = 'FILE is valid: 0 findings\n'
  expect(await check(`route: { receiver: r }\n${receivers}`)).toEqual({
    code: 0,
    said,
    complaint: '',
  })
  expect((await fs.readdir(folder)).sort()).toEqual(['alertmanager.yml'])
})

test('one that is odd is valid all the same', async () => {
  const { code, said } = await check(`route: { receiver: r, group_wait: 1h }\n${receivers}`)
  expect(code).toBe(0)
  expect(said).toMatch(/^line 1, route: group_wait 1h is longer than group_interval 5m; .*\n/)
  expect(said).toMatch(/\nFILE is valid: 1 finding\n$/)
})

test('one that is invalid ends with 1', async () => {
  const { code, said } = await check(`route: { receiver: gone }\n${receivers}`)
  expect(code).toBe(1)
  expect(said).toBe('Cannot load FILE: line 1: undefined receiver "gone" used in route\n')
})

test('the grammar of matchers is what the features say', async () => {
  const yaml = `route: { receiver: r, routes: [{ matchers: [é=b] }] }\n${receivers}`
  expect((await check(yaml)).code).toBe(0)
  const classic = await check(yaml, '--enable-feature=classic-mode')
  expect(classic).toMatchObject({ code: 1, said: expect.stringMatching('bad matcher format: é=b') })
  const both = await check(yaml, '--enable-feature=classic-mode,utf8-strict-mode')
  expect(both.code).toBe(1)
  expect(both.complaint).toMatch('cannot have both classic and UTF-8 modes enabled')
})
