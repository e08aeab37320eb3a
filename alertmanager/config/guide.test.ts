/** What the guide shows is so. */
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parseConfig } from './config.ts'
import { lintConfig } from './lint.ts'
import { formatMatcher, readMatchers } from './matchers.ts'

const page = readFileSync(
  new URL('../../docs/guides/alertmanager-configuration.md', import.meta.url),
  'utf8',
)

test('its example of hours is valid', () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const receivers = 'receivers: [{ name: pager }, { name: mail }, { name: books }]'
  const { root } = parseConfig(example + receivers, 'guide.yml')
  expect(
    root.routes.map(({ muteTimes, activeTimes }) => [muteTimes.length, activeTimes.length]),
  ).toEqual([
    [1, 0],
    [0, 1],
  ])
})

test('matchers are read as its table says', () => {
  const rows = [...page.matchAll(/^\| `(a=.*?)` \| `(.*?)` \|/gm)]
  expect(rows.length).toBeGreaterThan(2)
  for (const [, text = '', reading] of rows) {
    const { matchers, remark } = readMatchers(text, 'fallback')
    expect(matchers.map(formatMatcher).join()).toBe(reading)
    expect(remark).toBeDefined()
  }
})

test('its table of checks has those that the linter knows', () => {
  const { lint, routes } = {
    lint: readFileSync(new URL('./lint.ts', import.meta.url), 'utf8'),
    routes: readFileSync(new URL('./lint-routes.ts', import.meta.url), 'utf8'),
  }
  const quoted = [...`${lint}${routes}`.matchAll(/(?:check: |check = |add\(\s*)'([^']+)'/g)]
  const names = new Set(quoted.map(([, name = '']) => name))
  expect(names.size).toBeGreaterThan(8)
  expect([...names].filter((name) => !page.includes(name))).toEqual([])
  expect(
    lintConfig(parseConfig('route: { receiver: r }\nreceivers: [{ name: r }]', 'x')),
  ).toHaveLength(1)
})
