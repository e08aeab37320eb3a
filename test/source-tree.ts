/** The repository as the tidy test sees it: files, what they import, which floor they stand on. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export interface Import {
  readonly from: string
  readonly to: string
  /** As it is written: `./x.ts` or `#lib/x`. */
  readonly how: string
}

const forTests = /\.(test|bench|fuzz|conformance)\.ts$|\/(bench|fuzz|sim)\//

export const isForTests = (file: string) => forTests.test(file) || file.startsWith('test/')
export const partOf = (file: string) => file.split('/')[0] ?? ''

/** The preview is a package of its own, which nothing here reaches. */
const foreign = ['node_modules/**', 'data/**', 'dashboards/preview/**']

export const files = globSync('{*,*/**/*}.ts', { exclude: foreign })
  .filter((file) => !file.includes('/generated/'))
  .sort()

const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))

export const sourceOf = (file: string) => sources.get(file) ?? ''

export const packageJson: {
  imports: Record<string, string>
  scripts: Record<string, string>
  dependencies: Record<string, string>
} = JSON.parse(readFileSync('package.json', 'utf8'))

const importsByFile = new Map(files.map((file) => [file, readImports(file)]))

export const importsOf = (file: string): readonly Import[] => importsByFile.get(file) ?? []

/** Every file that `start` leads to, itself only when it is in a cycle. */
export function reachOf(start: string): Set<string> {
  const seen = new Set<string>()
  const queue = [start]
  for (let file = queue.pop(); file !== undefined; file = queue.pop())
    for (const { to } of importsOf(file))
      if (!seen.has(to)) {
        seen.add(to)
        queue.push(to)
      }
  return seen
}

/** The `floors` block of a page: name → number; undefined where the page has none. */
export function readFloors(page: string): Map<string, number> | undefined {
  if (!existsSync(page)) return undefined
  const block = /```floors\n([^`]+)```/.exec(readFileSync(page, 'utf8'))?.[1]
  if (block === undefined) return undefined
  const rows = block
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
  return new Map(rows.flatMap(([level, ...names]) => names.map((name) => [name, Number(level)])))
}

function readImports(file: string): Import[] {
  const specifiers = sourceOf(file).matchAll(
    /^(?:(?:import|export|\}).*? from |import )'([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...specifiers].flatMap(([, direct, dynamic]) => {
    const how = direct ?? dynamic ?? ''
    const to = resolve(file, how)
    return to === undefined ? [] : [{ from: file, to, how }]
  })
}

function resolve(file: string, how: string): string | undefined {
  if (how.startsWith('.')) return normalize(join(dirname(file), how))
  for (const [door, path] of Object.entries(packageJson.imports)) {
    const [head, tail] = door.split('*')
    if (tail === undefined ? how === door : how.startsWith(head ?? ''))
      return normalize(path.replace('*', how.slice((head ?? '').length)))
  }
  return undefined // A package from npm, or Node's own.
}
