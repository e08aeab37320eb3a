import { writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  choice,
  duration,
  flag,
  optionalText,
  readConfig,
  structure,
  text,
  whole,
} from '#lib/config'

const settings = {
  file: optionalText({ name: 'config', help: 'The file.' }),
  store: {
    address: text({ name: 'web.listen-address', default: 'localhost:1', help: 'Where.' }),
    every: duration({ name: 'interval', default: '15s', help: 'How often.' }),
    checked: flag({ name: 'check', default: false, help: 'Whether.' }),
    most: whole({ name: 'most', default: 3, least: 1, most: 9, help: 'How many.' }),
    level: choice({ name: 'level', default: 'info', of: ['info', 'debug'], help: 'How loud.' }),
    url: optionalText({ name: 'url', env: 'DATABASE_URL', secret: true, help: 'The store.' }),
    disks: structure({
      name: 'disks',
      default: [] as readonly string[],
      help: 'Paths.',
      parse: (raw) => {
        if (!Array.isArray(raw)) throw new Error('expected a list')
        return raw.map(String)
      },
    }),
  },
}

async function fileWith(content: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'config-')), 'zstone.yml')
  writeFileSync(path, content)
  return path
}

const read = (args: readonly string[], env = {}) =>
  readConfig(settings, { args, env, fileKey: 'config' })

test('a setting that nobody sets has its default, typed', () => {
  expect(read([]).values.store).toMatchObject({ every: 15_000, most: 3, url: undefined })
})

test('a flag beats the environment, which beats the file, and each row says its source', async () => {
  const file = await fileWith(
    'store:\n  most: 4\n  interval: 1m\n  web:\n    listen-address: f:1\n',
  )
  const config = read([`--config=${file}`, '--store.most', '6'], {
    ZSTONE_STORE_MOST: '5',
    ZSTONE_STORE_INTERVAL: '2m',
  })
  expect(config.values.store).toMatchObject({ most: 6, every: 120_000, address: 'f:1' })
  expect(Object.fromEntries(config.rows.map((row) => [row.key, row.source]))).toMatchObject({
    'store.most': 'flag',
    'store.interval': 'environment',
    'store.web.listen-address': 'file',
    'store.level': 'default',
  })
})

test('a well-known environment name works and a secret is not shown', () => {
  const config = read([], { DATABASE_URL: 'postgres://u:p@h/d' })
  expect(config.values.store.url).toBe('postgres://u:p@h/d')
  expect(config.rows.find((row) => row.key === 'store.url')?.value).toBe('<secret>')
})

test('a list comes from the file only as its parser takes it', async () => {
  const file = await fileWith('store.disks: [a, b]\n')
  expect(read(['--config', file]).values.store.disks).toEqual(['a', 'b'])
})

test('a bare boolean flag means true, with one dash as well', () => {
  expect(read(['-store.check']).values.store.checked).toBe(true)
})

test('the tree is frozen to its leaves', () => {
  expect(Object.isFrozen(read([]).values.store)).toBe(true)
})

test.each([
  [['--store.moste=1'], /no setting has the name "store.moste"; did you mean "store.most"\?/],
  [['--store.most=10'], /flag store.most: expected a whole number from 1 to 9, found "10"/],
  [['--store.most'], /flag --store.most: a value is missing/],
  [['--store.level=loud'], /expected one of info, debug, found "loud"/],
  [['--store.interval=15'], /expected a duration such as 15s, found "15"/],
  [['stray'], /flag stray/],
])('%j is refused with a line that names it', (args, message) => {
  expect(() => read(args)).toThrow(message)
})

test('a file with an unknown key, a broken file and a missing file name the file', async () => {
  const unknown = await fileWith('store:\n  mots: 3\n')
  expect(() => read(['--config', unknown])).toThrow(
    `${unknown}: no setting has the name "store.mots"`,
  )
  const broken = await fileWith('store: [\n')
  expect(() => read(['--config', broken])).toThrow(broken)
  expect(() => read(['--config', '/does/not/exist'])).toThrow('/does/not/exist')
})
