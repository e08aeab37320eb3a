/** The files of the spool: each stands whole under its name, or not at all. */
import { join } from 'node:path'
import type { Disk } from '#lib/disk'
import type { Tick } from '../tick.ts'
import { type Entry, entryOf, nameOf } from './entry.ts'
import { unpackTick } from './tick-file.ts'

export interface Place {
  readonly disk: Disk
  readonly folder: string
}

const unfinished = 'unfinished.tmp'

/** In their order. What a crash left half written goes. */
export async function findEntries({ disk, folder }: Place): Promise<readonly Entry[]> {
  await disk.makeFolder(folder)
  const names = await disk.list(folder)
  if (names.includes(unfinished)) await disk.remove(join(folder, unfinished))
  return names
    .map(entryOf)
    .filter((entry) => entry !== undefined)
    .sort((a, b) => a.number - b.number)
}

/** It gets its name only when all of it is durable. */
export async function writeEntry({ disk, folder }: Place, entry: Entry, bytes: Buffer) {
  const path = join(folder, unfinished)
  const named = join(folder, nameOf(entry))
  try {
    const file = await disk.open(path)
    try {
      await file.truncate(0)
      await file.append(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await disk.rename(path, named)
    await disk.syncFolder(folder)
  } catch (error) {
    // Where that fails too, the first error still says more.
    for (const each of [path, named]) await disk.remove(each).catch(() => {})
    throw error
  }
}

/** Undefined: it is damaged. */
export async function readEntry({ disk, folder }: Place, entry: Entry): Promise<Tick | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of disk.read(join(folder, nameOf(entry)))) chunks.push(chunk)
  return unpackTick(Buffer.concat(chunks))
}
