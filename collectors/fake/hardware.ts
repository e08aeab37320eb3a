/** For tests: an invented machine, planted under a folder of its own. */
import { readFileSync } from 'node:fs'
import type { Collector } from '../collector.ts'
import { createFiles, type Files } from '../files.ts'
import { collected } from './series.ts'
import { plantTree, type Tree } from './tree.ts'

const folder = new URL('../fixtures/hardware/', import.meta.url)

/** Text of files by path, and targets of links. */
export function readTree(url: URL): Tree {
  return JSON.parse(readFileSync(url, 'utf8'))
}

export type Area = 'machine' | 'network' | 'sensors' | 'storage'

export const areaTree = (area: Area) => readTree(new URL(`${area}.json`, folder))

/** What a collector says of a tree. */
export async function saidOf(
  tree: Tree,
  create: (world: { files: Files }) => Collector,
): Promise<Record<string, number>> {
  const { root, remove } = plantTree(tree)
  try {
    return await collected(create({ files: createFiles(root) }))
  } finally {
    remove()
  }
}

/** The same, with other texts in some files; undefined: without the file. */
export function changed(tree: Tree, texts: Readonly<Record<string, string | undefined>>): Tree {
  const files = Object.entries({ ...tree.files, ...texts })
  const kept = files.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const]))
  return { ...tree, files: Object.fromEntries(kept) }
}
