/** A disk in memory that forgets at a crash what was not synced, and fails when it is told to. */
import { basename, dirname } from 'node:path'
import type { Disk, DiskFile } from '#lib/disk'

export type DiskOperation = 'open' | 'append' | 'sync' | 'truncate' | 'rename' | 'remove' | 'folder'

export interface FakeDisk extends Disk {
  /** How many operations that change something were asked for. */
  operations(): number
  /** Asked before each of them; what it returns is thrown. An append has then written a part. */
  failWhen(decide: (operation: DiskOperation, count: number) => Error | undefined): void
  /** The disk as the next start finds it. */
  afterCrash(luck: CrashLuck): FakeDisk
  /** Names and contents, for looking at. */
  files(): ReadonlyMap<string, Buffer>
}

/** How much of what was never synced is there all the same, from 0 (nothing) to 1 (all of it). */
export interface CrashLuck {
  readonly bytes: number
  readonly names: number
  /** Whether the last byte of it is wrong. */
  readonly garbled: boolean
}

interface Node {
  current: Buffer
  synced: Buffer
}

type Names = ReadonlyMap<string, Node>

export function diskError(code: 'ENOSPC' | 'EIO'): Error {
  return Object.assign(new Error(`${code}: told so by the test`), { code })
}

export function createFakeDisk(start: Names = new Map()): FakeDisk {
  let names: Names = start
  /** Every state of the folder since it was last synced; the first is the durable one. */
  let history: Names[] = [start]
  let count = 0
  let decide: (operation: DiskOperation, count: number) => Error | undefined = () => undefined

  const ask = async (operation: DiskOperation) => decide(operation, ++count)
  const change = async (operation: DiskOperation, edit: (names: Map<string, Node>) => void) => {
    const error = await ask(operation)
    if (error !== undefined) throw error
    const next = new Map(names)
    edit(next)
    names = next
    history.push(next)
  }
  return {
    makeFolder: async () => {},
    list: async (folder) =>
      [...names.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
    async *read(path) {
      const bytes = names.get(path)?.current ?? Buffer.alloc(0)
      for (let at = 0; at < bytes.length; at += 37) yield bytes.subarray(at, at + 37)
    },
    async open(path) {
      const node = names.get(path) ?? { current: Buffer.alloc(0), synced: Buffer.alloc(0) }
      if (!names.has(path)) await change('open', (next) => next.set(path, node))
      return fileOf(node, ask)
    },
    rename: (from, to) =>
      change('rename', (next) => {
        const node = next.get(from)
        next.delete(from)
        if (node !== undefined) next.set(to, node)
      }),
    remove: (path) => change('remove', (next) => void next.delete(path)),
    async syncFolder() {
      const error = await ask('folder')
      if (error !== undefined) throw error
      history = [names]
    },
    operations: () => count,
    failWhen(next) {
      decide = next
    },
    afterCrash(luck) {
      const kept = history[Math.round(luck.names * (history.length - 1))] ?? names
      return createFakeDisk(
        new Map(
          [...kept].map(([path, node]) => {
            const bytes = survivor(node, luck)
            return [path, { current: bytes, synced: bytes }]
          }),
        ),
      )
    },
    files: () => new Map([...names].map(([path, node]) => [path, node.current])),
  }
}

function fileOf(
  node: Node,
  ask: (operation: DiskOperation) => Promise<Error | undefined>,
): DiskFile {
  return {
    async append(bytes) {
      const error = await ask('append')
      const written = error === undefined ? bytes : bytes.subarray(0, bytes.length >> 1)
      node.current = Buffer.concat([node.current, written])
      if (error !== undefined) throw error
    },
    async sync() {
      const error = await ask('sync')
      if (error !== undefined) throw error
      node.synced = node.current
    },
    async truncate(sizeBytes) {
      const error = await ask('truncate')
      if (error !== undefined) throw error
      node.current = node.current.subarray(0, sizeBytes)
    },
    close: async () => {},
  }
}

function survivor({ current, synced }: Node, { bytes, garbled }: CrashLuck): Buffer {
  if (current.length <= synced.length) return Buffer.from(bytes < 0.5 ? synced : current)
  const length = synced.length + Math.round(bytes * (current.length - synced.length))
  const kept = Buffer.from(current.subarray(0, length))
  if (garbled && length > synced.length) kept[length - 1] = (kept[length - 1] ?? 0) ^ 0xff
  return kept
}
