/**
 * A file system in memory that misbehaves on request: it fails at the n-th write, runs full, loses
 * and tears at a crash what was not synced, lies about syncs, flips bits, vanishes. For the tests
 * and the simulation.
 */
import type { Random } from '#lib/random'
import type { File, FileSystem } from '../file-system.ts'

export interface MemoryFileSystem extends FileSystem {
  /** Power fails: of what was not synced, chance keeps some; every open file is dead. */
  crash(): void
  /** Everything below the folder is gone until `restore`; open files go on as if nothing were. */
  vanish(folder: string): void
  restore(folder: string): void
  /** Another, blank disk stands at the path. */
  wipe(folder: string): void
  /** Below the folder, every operation of that name fails; undefined heals it. */
  fail(folder: string, operation: Failing, code: string | undefined): void
  /** Runs before each write or sync; may throw to crash the caller at that very point. */
  onMutation(hook: ((operation: string, path: string) => void) | undefined): void
  /** Below the folder, syncs answer and do nothing. */
  lieAboutSyncs(folder: string): void
  flipBit(path: string, position: number): void
  paths(folder: string): string[]
  read(path: string): Buffer
}

export type Failing = 'read' | 'write' | 'sync'

interface Content {
  /** What reads see. */
  bytes: Buffer
  sizeBytes: number
  /** What a crash leaves at least. */
  synced: Buffer
  identity: number
}

interface State {
  files: Map<string, Content>
  folders: Set<string>
  vanished: Set<string>
  failing: Map<string, string>
  lying: Set<string>
  generation: number
  identities: number
  hook: ((operation: string, path: string) => void) | undefined
}

export function createMemoryFileSystem(
  random: Random,
  { sizeBytes = 2 ** 40 }: { sizeBytes?: number } = {},
): MemoryFileSystem {
  const state: State = {
    files: new Map(),
    folders: new Set(),
    vanished: new Set(),
    failing: new Map(),
    lying: new Set(),
    generation: 0,
    identities: 0,
    hook: undefined,
  }
  return { ...ordinary(state, sizeBytes), ...misbehaviour(state, random) }
}

function ordinary(state: State, sizeBytes: number): FileSystem {
  const need = (path: string) => state.files.get(visible(state, path)) ?? raise('ENOENT', path)
  return {
    async open(path, how) {
      visible(state, path)
      if (how === 'create') {
        if (state.files.has(path)) raise('EEXIST', path)
        mutate(state, 'write', path)
        state.files.set(path, emptyContent(state))
      }
      return openFile(state, path, need(path))
    },
    async readFile(path) {
      refuse(state, 'read', path)
      const { bytes, sizeBytes } = need(path)
      return Buffer.from(bytes.subarray(0, sizeBytes))
    },
    async replaceFile(path, bytes) {
      visible(state, path)
      mutate(state, 'write', path)
      mutate(state, 'sync', path)
      const copy = Buffer.from(bytes)
      const identity = ++state.identities
      state.files.set(path, { bytes: copy, sizeBytes: copy.length, synced: copy, identity })
    },
    async list(folder) {
      visible(state, folder)
      if (!state.folders.has(folder)) raise('ENOENT', folder)
      const below = [...state.files.keys(), ...state.folders]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split('/')[0] ?? '')
      return [...new Set(below)]
    },
    async makeFolder(path) {
      visible(state, path)
      const parts = path.split('/')
      for (let i = 2; i <= parts.length; i++) state.folders.add(parts.slice(0, i).join('/'))
    },
    async remove(path) {
      need(path)
      mutate(state, 'write', path)
      state.files.delete(path)
    },
    async syncFolder(path) {
      visible(state, path)
    },
    identity: async (path) => String(need(path).identity),
    async space() {
      const used = [...state.files.values()].reduce((sum, file) => sum + file.sizeBytes, 0)
      return { sizeBytes, freeBytes: sizeBytes - used }
    },
  }
}

function openFile(state: State, path: string, content: Content): File {
  const { generation } = state
  const check = (operation: Failing) => {
    if (state.generation !== generation) raise('EIO', path)
    refuse(state, operation, path)
  }
  return {
    async read(length, position) {
      check('read')
      const end = Math.min(position + length, content.sizeBytes)
      return Buffer.from(content.bytes.subarray(Math.min(position, end), end))
    },
    async write(buffers, position) {
      check('write')
      const bytes = Buffer.concat(buffers)
      store(content, bytes.subarray(0, bytes.length >>> 1), position)
      mutate(state, 'write', path)
      store(content, bytes, position)
    },
    async sync() {
      check('sync')
      mutate(state, 'sync', path)
      if (![...state.lying].some((folder) => path.startsWith(`${folder}/`)))
        content.synced = Buffer.from(content.bytes.subarray(0, content.sizeBytes))
    },
    async truncate(sizeBytes) {
      check('write')
      mutate(state, 'write', path)
      content.sizeBytes = sizeBytes
    },
    sizeBytes: async () => content.sizeBytes,
    async close() {},
  }
}

function misbehaviour(state: State, random: Random): Omit<MemoryFileSystem, keyof FileSystem> {
  const at = (path: string) => state.files.get(path) ?? raise('ENOENT', path)
  return {
    crash() {
      state.generation++
      state.hook = undefined
      for (const content of state.files.values()) lose(content, random)
    },
    vanish: (folder) => void state.vanished.add(folder),
    restore: (folder) => void state.vanished.delete(folder),
    wipe(folder) {
      for (const path of [...state.files.keys()])
        if (path.startsWith(`${folder}/`)) state.files.delete(path)
      for (const path of state.folders)
        if (path.startsWith(`${folder}/`)) state.folders.delete(path)
    },
    fail(folder, operation, code) {
      if (code === undefined) state.failing.delete(`${operation} ${folder}`)
      else state.failing.set(`${operation} ${folder}`, code)
    },
    onMutation(hook) {
      state.hook = hook
    },
    lieAboutSyncs: (folder) => void state.lying.add(folder),
    flipBit(path, position) {
      const { bytes } = at(path)
      bytes[position] = (bytes[position] ?? 0) ^ 1
    },
    paths: (folder) => [...state.files.keys()].filter((path) => path.startsWith(`${folder}/`)),
    read: (path) => at(path).bytes.subarray(0, at(path).sizeBytes),
  }
}

/** A crash keeps what was synced, and of the rest a torn piece: zeros, or some 512-byte sectors. */
function lose(content: Content, random: Random): void {
  const whole = Buffer.from(content.bytes.subarray(0, content.sizeBytes))
  const keepBytes =
    content.synced.length +
    Math.floor(random.fraction() * Math.max(0, whole.length - content.synced.length + 1))
  const kept = Buffer.alloc(Math.max(keepBytes, content.synced.length))
  content.synced.copy(kept)
  for (let at = content.synced.length; at < kept.length; at += 512)
    if (random.fraction() < 0.7) whole.copy(kept, at, at, Math.min(at + 512, kept.length))
  content.bytes = kept
  content.sizeBytes = kept.length
  content.synced = Buffer.from(kept)
}

function store(content: Content, bytes: Buffer, position: number): void {
  const end = position + bytes.length
  if (end > content.bytes.length) {
    const larger = Buffer.alloc(Math.max(end, content.bytes.length * 2))
    content.bytes.copy(larger, 0, 0, content.sizeBytes)
    content.bytes = larger
  }
  bytes.copy(content.bytes, position)
  content.sizeBytes = Math.max(content.sizeBytes, end)
}

function emptyContent(state: State): Content {
  const identity = ++state.identities
  return { bytes: Buffer.alloc(0), sizeBytes: 0, synced: Buffer.alloc(0), identity }
}

function visible(state: State, path: string): string {
  for (const folder of state.vanished)
    if (path === folder || path.startsWith(`${folder}/`)) raise('ENOENT', path)
  return path
}

function mutate(state: State, operation: Failing, path: string): void {
  refuse(state, operation, path)
  state.hook?.(operation, path)
}

function refuse(state: State, operation: Failing, path: string): void {
  for (const [key, code] of state.failing)
    if (key.startsWith(`${operation} `) && path.startsWith(key.slice(operation.length + 1)))
      raise(code, path)
}

function raise(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code })
}
