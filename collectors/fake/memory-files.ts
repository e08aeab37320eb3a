/** For tests: a false /proc and /sys that stand in memory, with a change in one file. */
import type { Files } from '../files.ts'
import type { Tree } from './tree.ts'

export interface MemoryFiles {
  readonly files: Files
  /** Which files were read since the last call. */
  readPaths(): readonly string[]
  /** Another text for one file, until the next call. */
  change(path: string, text: string): void
}

export function createMemoryFiles({ files: texts }: Pick<Tree, 'files'>): MemoryFiles {
  const folders = foldersOf(Object.keys(texts))
  const read = new Set<string>()
  let changed = { path: '', text: '' }
  let changes = 0
  const textOf = (path: string) => (changed.path === path ? changed.text : texts[path.slice(1)])
  const readText = (path: string) => {
    const text = textOf(path)
    if (text === undefined) throw new Error(`ENOENT: ${path}`)
    read.add(path)
    return text
  }
  const list = (path: string) => [...(folders.get(path) ?? [])]
  return {
    files: {
      readText,
      readIfPresent: (path) => (textOf(path) === undefined ? undefined : readText(path)),
      readTextLater: async (path) => readText(path),
      stampOf: (path) =>
        textOf(path) === undefined ? undefined : { word: String(changes), modifiedMs: changes },
      list,
      listIfPresent: list,
      realPath: (path) => path,
      statfs: async () => ({
        blockBytes: 4096,
        blocks: 9,
        blocksFree: 5,
        blocksAvailable: 4,
        files: 3,
        filesFree: 2,
      }),
    },
    readPaths() {
      const paths = [...read]
      read.clear()
      return paths
    },
    change(path, text) {
      changed = { path, text }
      changes++
    },
  }
}

function foldersOf(paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>()
  for (const path of paths) {
    const words = path.split('/')
    for (let i = 1; i < words.length; i++) {
      const folder = `/${words.slice(0, i).join('/')}`
      const names = folders.get(folder) ?? new Set()
      folders.set(folder, names.add(words[i] ?? ''))
    }
  }
  return folders
}
