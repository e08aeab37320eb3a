import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from '@jest/globals'
import { loadRules } from './load.ts'

const folder = 'docs/runbooks'
const read = (name: string) => readFileSync(`${folder}/${name}`, 'utf8')
const pages = globSync(`${folder}/*.md`)
  .map((path) => basename(path))
  .filter((name) => name !== 'README.md')

const parts = [
  'What it means',
  'What ZStone does by itself',
  'What to do',
  'How to see that it is over',
]

test('each page answers the same four questions', () => {
  expect(pages.length).toBeGreaterThan(50)
  for (const page of pages) {
    const [title, ...found] = [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, text]) => text)
    expect({ title: `${title}.md`, found }).toEqual({ title: page, found: parts })
  }
})

test('what a page or the index leads to is there', () => {
  const missing = [...pages, 'README.md'].flatMap((page) =>
    [...read(page).matchAll(/\]\((\w+\.md)(?:#([\w-]+))?\)/g)]
      .filter(([, name = '', part]) => !isThere(name, part))
      .map(([link]) => `${page}: ${link}`),
  )
  expect(missing).toEqual([])
})

function isThere(name: string, part: string | undefined): boolean {
  if (name !== 'README.md' && !pages.includes(name)) return false
  const titles = [...read(name).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title)
  const anchors = titles.map((title) => title.toLowerCase().replaceAll(' ', '-'))
  return part === undefined || anchors.includes(part)
}

test('a command of ours in a page is one that there is', () => {
  const verbsOf = new Map([
    ['zstone-amtool', globSync('bin/amtool/verbs/*.ts').map((path) => basename(path, '.ts'))],
    ['zstnadm', ['config', 'explain', 'test-rules', 'replay']],
  ])
  const used = [...pages, 'README.md'].flatMap((page) =>
    [...read(page).matchAll(/`(?:bin\/)?(zstone-amtool|zstnadm)(?: --\S+)* ([a-z-]+)/g)].map(
      ([, program = '', verb = '']) => ({ page, program, verb }),
    ),
  )
  expect(used.length).toBeGreaterThan(3)
  expect(used.filter(({ program, verb }) => !verbsOf.get(program)?.includes(verb))).toEqual([])
})

test('the index has each alert, and in bold those that may be critical', async () => {
  const groups = await loadRules(['rules/*.rules.yml'], () => undefined)
  const alerts = groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => (rule.kind === 'alert' ? [rule] : [])),
  )
  const critical = new Set(
    alerts.filter(({ labels }) => labels.severity?.source === 'critical').map(({ name }) => name),
  )
  const rows = read('README.md').match(/## By subject.*?(?=\n## )/s)?.[0] ?? ''
  const found = [...rows.matchAll(/(\*\*)?\[(\w+)\]/g)].map(([, bold, name = '']) => {
    return `${name}${bold ? ' critical' : ''}`
  })
  const wanted = [...new Set(alerts.map(({ name }) => name))].map(
    (name) => `${name}${critical.has(name) ? ' critical' : ''}`,
  )
  expect(found.sort()).toEqual(wanted.sort())
})
