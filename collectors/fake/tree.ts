/** Writes a false /proc and /sys out under a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Tree {
  /** Text by path, such as `proc/stat`. */
  readonly files: Readonly<Record<string, string>>
  /** Target by path. */
  readonly symlinks?: Readonly<Record<string, string>>
}

export interface PlantedTree {
  readonly root: string
  remove(): void
}

export function plantTree({ files, symlinks = {} }: Tree): PlantedTree {
  const root = mkdtempSync(join(tmpdir(), 'zstone-tree-'))
  const within = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    return join(root, path)
  }
  for (const [path, text] of Object.entries(files)) writeFileSync(within(path), text)
  for (const [path, target] of Object.entries(symlinks)) symlinkSync(target, within(path))
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
