// The shape of the house, checked. The floors are written in ARCHITECTURE.md; this test reads them
// there.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  files,
  importsOf,
  isForTests,
  packageJson,
  partOf,
  reachOf,
  readFloors,
  sourceOf,
} from '#test/source-tree'

const limits = { fileLines: 400, lineColumns: 100, readmeLines: 60, adrLines: 60 }
const words = 'utils?|helpers?|common|misc|shared|base|manager|impl|types|interfaces|classes|enums'
const wordsBanned = new RegExp(`(^|/)(${words})(\\.|/)`)
const worldBanned =
  /\b(Date\.now|Math\.random|setTimeout|setInterval|process\.env|performance\.now)\b|new Date\(\)/
const worldAllowed =
  /^(lib\/(clock|random|config)\.ts$|(bin|ui|test)\/|.*\.(test|bench|conformance)\.ts$)/

const floors = readFloors('ARCHITECTURE.md') ?? new Map<string, number>()
const parts = [...floors.keys()]
const ruleFiles = globSync('rules/*.rules.yml')
const pages = globSync('{*,*/*,*/*/*,docs/**/*}.md', { exclude: ['node_modules/**', 'data/**'] })

/** Shows the whole list of problems where there is one. */
const none = (problems: readonly string[]) => expect(problems).toEqual([])

test('the check has something to check', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(parts.length).toBeGreaterThan(10)
  expect(files.flatMap(importsOf).length).toBeGreaterThan(files.length)
})

test('a file imports its own part, and doors on lower floors', () => {
  const imports = files.filter((file) => !file.startsWith('test/')).flatMap(importsOf)
  const faults = imports.filter(({ from, to, how }) => {
    if (how.startsWith('#test/')) return !isForTests(from)
    if (partOf(from) === partOf(to)) return how.startsWith('#') && !isForTests(from)
    const isLower = floorOf(from) > floorOf(to) || isForTests(from)
    return !(how.startsWith('#') && isLower)
  })
  none(faults.map(({ from, how }) => `${from} imports ${how}`))
})

test('inside a part with a floors block of its own, a folder imports lower folders only', () => {
  const faults = parts.flatMap((part) => {
    const inner = readFloors(`${part}/README.md`)
    return inner === undefined ? [] : innerFaults(part, inner)
  })
  none(faults)
})

test('no file reaches itself through its imports, types included', () => {
  none(files.filter((file) => reachOf(file).has(file)))
})

test('every file is reached from a program, and every import leads to a file', () => {
  const programs = files.filter((file) => file.startsWith('bin/'))
  const alive = new Set(programs.flatMap((file) => [file, ...reachOf(file)]))
  const tested = new Set(files.filter((f) => forTestsOnly(f)).flatMap((f) => [f, ...reachOf(f)]))
  const dead = files.filter((file) => !alive.has(file) && !(forTestsOnly(file) && tested.has(file)))
  none(dead)
  none(
    files
      .flatMap(importsOf)
      .filter(({ to }) => !existsSync(to))
      .map(({ from, to }) => `${from} → ${to}`),
  )
})

test('every part has a README of at most 60 lines', () => {
  const readmes = parts.map((part) => `${part}/README.md`)
  none(readmes.filter((page) => !existsSync(page)))
  none(readmes.filter((page) => linesOf(page).length > limits.readmeLines + 1))
  none(globSync('docs/adr/*.md').filter((page) => linesOf(page).length > limits.adrLines + 1))
})

test('every path that a page names in backticks exists', () => {
  const faults = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/`((?:\.{0,2}\/)?[\w.-]+\/[\w./-]+)`/g)]
      .map(([, path]) => path ?? '')
      .filter((path) => looksLikeOurs(path))
      .filter((path) => !existsSync(path) && !existsSync(join(dirname(page), path)))
      .map((path) => `${page} names ${path}`),
  )
  none(faults)
})

test('files stay small, and names say what they hold', () => {
  none(
    files
      .filter((file) => sourceOf(file).split('\n').length > limits.fileLines + 1)
      .map((file) => `${file}: ${sourceOf(file).split('\n').length} lines`),
  )
  none(files.filter((file) => wordsBanned.test(file)))
  none(files.filter((file) => !/^[a-z0-9./-]+$/.test(file)))
})

test('lines stay short, unless they hold a link or a message, which stays whole to be found', () => {
  const message = /^\s*(\w+: )?['"`].*['"`],?$|^\s*test\('/
  const isWhole = (line: string) => line.includes('://') || message.test(line)
  none(faultyLines((line) => line.length > limits.lineColumns && !isWhole(line)))
})

test('the world is passed in: no clock, chance or environment is read outside its file', () => {
  none(faultyLines((line, file) => worldBanned.test(line) && !worldAllowed.test(file)))
})

test('api and ui use nothing of Node', () => {
  const browserSafe = files.filter((file) => /^(api|ui)\//.test(file) && !isForTests(file))
  none(browserSafe.filter((file) => /from 'node:/.test(sourceOf(file))))
})

test('nothing is marked as unfinished, unless with the number of its issue', () => {
  const unfinished = /\bFIXM[E]\b|\bTOD[O]\b(?! ?\(#\d+\))/
  none(faultyLines((line) => unfinished.test(line)))
})

test('a part has one door with explicit names', () => {
  none(files.filter((file) => /\bexport \*/.test(sourceOf(file))))
})

test('every alert has a runbook, and every runbook an alert', () => {
  const alerts = ruleFiles.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^\s*- alert: (\w+)/gm)].map(([, name]) => name ?? ''),
  )
  expect(alerts.length).toBeGreaterThan(5)
  none(alerts.filter((name) => !existsSync(`docs/runbooks/${name}.md`)))
  const known = new Set([...alerts, 'README'])
  none(globSync('docs/runbooks/*.md').filter((p) => !known.has(p.replace(/^.*\/|\.md$/g, ''))))
})

test('every rule file has its promtool tests beside it', () => {
  none(ruleFiles.filter((file) => !existsSync(file.replace('.rules.yml', '.rules.test.yml'))))
})

test('every metric of ours that rules and dashboards name is one that some part exports', () => {
  const exported = files
    .filter((file) => !isForTests(file))
    .map(sourceOf)
    .join('\n')
  const users = [...ruleFiles, ...globSync('dashboards/generated/*.json')]
  const names = users.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bzstone_\w+/g)].map(([name]) => `${file}: ${name}`),
  )
  const stem = (use: string) => use.replace(/^.*: /, '').replace(/_(bucket|sum|count)$/, '')
  none(names.filter((use) => !exported.includes(stem(use))))
})

test('there are nine verbs, the demo, the runner of promqltest and the evaluations', () => {
  const nine = ['start', 'test', 'check', 'fix', 'gen', 'sim', 'e2e', 'bench', 'build']
  const verbs = [...nine, 'demo', 'promqltest']
  const others = Object.keys(packageJson.scripts).filter((name) => !verbs.includes(name))
  none(others.filter((name) => !name.startsWith('evaluate:')))
})

test('every dependency has its line in an ADR', () => {
  const reasons = globSync('docs/adr/*.md')
    .map((page) => readFileSync(page, 'utf8'))
    .join('\n')
  none(Object.keys(packageJson.dependencies).filter((name) => !reasons.includes(`\`${name}\``)))
})

function floorOf(file: string): number {
  const floor = floors.get(partOf(file))
  if (floor === undefined) throw new Error(`${partOf(file)}/ has no floor in ARCHITECTURE.md`)
  return floor
}

function innerFaults(part: string, inner: ReadonlyMap<string, number>): string[] {
  const roomOf = (file: string) =>
    [...inner.keys()]
      .filter((room) => file.startsWith(`${part}/${room}/`))
      .sort((a, b) => b.length - a.length)[0]
  return files
    .filter((file) => partOf(file) === part && !isForTests(file))
    .flatMap(importsOf)
    .filter(({ from, to }) => {
      const [own, other] = [roomOf(from), roomOf(to)]
      if (own === undefined || other === undefined || own === other) return false
      return (inner.get(own) ?? 0) <= (inner.get(other) ?? 0)
    })
    .map(({ from, how }) => `${from} imports ${how}`)
}

/** A fake or a test's tool may be reached from tests alone. */
function forTestsOnly(file: string): boolean {
  return isForTests(file) || /(^|\/)fake\//.test(file)
}

function looksLikeOurs(path: string): boolean {
  const head = path.replace(/^\.{0,2}\//, '').split('/')[0] ?? ''
  return existsSync(head) && !path.startsWith('/') && head !== 'data'
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n')
}

function faultyLines(isFaulty: (line: string, file: string) => boolean): string[] {
  return files.flatMap((file) =>
    sourceOf(file)
      .split('\n')
      .flatMap((line, i) => (isFaulty(line, file) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  )
}
