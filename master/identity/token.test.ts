import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { systemRandom } from '#lib/random'
import { ensureToken, isToken } from './token.ts'

const freshFolder = () => mkdtemp(join(tmpdir(), 'zstone-token-'))

test('the token is made once, and only its owner can read it', async () => {
  const folder = await freshFolder()
  const first = await ensureToken(folder, systemRandom)
  const again = await ensureToken(folder, systemRandom)
  expect(first).toEqual({ token: expect.stringMatching(/^[0-9a-f]{64}$/), isNew: true })
  expect(again).toEqual({ token: first.token, isNew: false })
  expect((await stat(join(folder, 'master-token'))).mode & 0o777).toBe(0o600)
})

test('processes that start together agree on one token and leave nothing else behind', async () => {
  const folder = await freshFolder()
  const tokens = await Promise.all([1, 2, 3, 4].map(() => ensureToken(folder, systemRandom)))
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(1)
  expect(tokens.filter(({ isNew }) => isNew)).toHaveLength(1)
  expect(await readdir(folder)).toEqual(['master-token'])
})

test('a file that holds something else is not overwritten', async () => {
  const folder = await freshFolder()
  await writeFile(join(folder, 'master-token'), 'mine')
  await expect(ensureToken(folder, systemRandom)).rejects.toThrow('holds no token')
  expect(await readFile(join(folder, 'master-token'), 'utf8')).toBe('mine')
})

test('only the very token is the token', () => {
  expect(isToken('abc', 'abc')).toBe(true)
  expect(isToken('abd', 'abc')).toBe(false)
  expect(isToken('', 'abc')).toBe(false)
})
