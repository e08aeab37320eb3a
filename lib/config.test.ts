import { writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  choice,
  duration,
  flag,
  flagTexts,
  optionalText,
  readConfig,
  structure,
  text,
  texts,
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
    doors: texts({ name: 'door', default: [':1'], help: 'Addresses.' }),
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

test('a boolean flag is refused with no- before its name, and nothing else is', () => {
  expect(read(['--store.check', '--no-store.check']).values.store.checked).toBe(false)
  expect(() => read(['--no-store.most'])).toThrow('no setting has the name "no-store.most"')
})

test('a flag that repeats collects its values, and they replace the default', () => {
  expect(read([]).values.store.doors).toEqual([':1'])
  const { doors } = read(['--store.door=a:1', '--store.door', 'b:2']).values.store
  expect(doors).toEqual(['a:1', 'b:2'])
  expect(read([], { ZSTONE_STORE_DOOR: 'a:1, b:2' }).values.store.doors).toEqual(['a:1', 'b:2'])
  expect(() => read(['--store.door='])).toThrow('expected at least one value')
})

test('a duration may be written as Go writes it', () => {
  expect(read(['--store.interval=1.5h']).values.store.every).toBe(5_400_000)
  expect(read(['--store.interval=30s1m']).values.store.every).toBe(90_000)
})

test('settings are told as flags would say them, without secrets', () => {
  const { values } = read(['--store.url=postgres://p@h/d', '--store.door=a:1', '--store.door=b:2'])
  const texts = Object.fromEntries(flagTexts(settings, values))
  expect(texts).toMatchObject({ 'store.interval': '15s', 'store.door': 'a:1,b:2', config: '' })
  expect(texts).not.toHaveProperty('store.url')
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
  [['stray'], /argument "stray": a setting is given as --name=value/],
])('%j is refused with a line that names it', (args, message) => {
  expect(() => read(args)).toThrow(message)
})

test('a variable that is nearly a setting is told; those of others are left in peace', () => {
  const env = { ZSTONE_STORE_INTERVALL: '5s', ZSTONE_TEST_PEER: '1', STORE_INTERVALL: '1' }
  expect(read([], env).slips).toEqual([
    'ZSTONE_STORE_INTERVALL is not read; did you mean ZSTONE_STORE_INTERVAL?',
  ])
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
