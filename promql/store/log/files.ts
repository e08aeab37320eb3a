/**
 * The files in the folder: numbered logs, and checkpoints. Checkpoint n holds everything that the
 * logs before n said: what is read back is the newest checkpoint and the logs from its number on.
 */
import { join } from 'node:path'
import type { Disk } from '#lib/disk'

export interface Place {
  readonly disk: Disk
  readonly folder: string
}

type Kind = 'log' | 'checkpoint'

export const pathOf = ({ folder }: Place, kind: Kind, number: number) =>
  join(folder, `${String(number).padStart(10, '0')}.${kind}`)

export interface Found {
  readonly checkpoint: number | undefined
  /** From the checkpoint's number on, ascending. */
  readonly logs: readonly number[]
}

export async function findFiles({ disk, folder }: Place): Promise<Found> {
  const names = await disk.list(folder)
  const numbers = (kind: Kind) =>
    names
      .filter((name) => new RegExp(`^\\d{10}\\.${kind}$`).test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b)
  const checkpoint = numbers('checkpoint').at(-1)
  return { checkpoint, logs: numbers('log').filter((number) => number >= (checkpoint ?? 0)) }
}

/** Removes what checkpoint `number` makes superfluous, and checkpoints that were not finished. */
export async function removeBefore({ disk, folder }: Place, number: number): Promise<void> {
  for (const name of await disk.list(folder)) {
    const [, digits, kind] = /^(\d{10})\.(log|checkpoint|checkpoint\.part)$/.exec(name) ?? []
    if (kind === 'checkpoint.part' || (kind !== undefined && Number(digits) < number))
      await disk.remove(join(folder, name))
  }
}

/** A damaged file is kept for whoever wants to look at it, the last one only. */
export async function setAside({ disk, folder }: Place, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return
  for (const name of await disk.list(folder))
    if (name.endsWith('.damaged')) await disk.remove(join(folder, name))
  for (const path of paths) await disk.rename(path, `${path}.damaged`)
}
