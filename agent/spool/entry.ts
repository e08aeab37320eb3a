/**
 * What waits in the spool, as its file's name says it: place in the order, time, size. So a start
 * needs one look at the folder, however much waits there.
 */
export interface Entry {
  readonly number: number
  readonly atMs: number
  readonly sizeBytes: number
}

const form = /^(\d{12})-(\d{1,15})-(\d{1,10})\.tick$/

export const nameOf = ({ number, atMs, sizeBytes }: Entry) =>
  `${String(number).padStart(12, '0')}-${atMs}-${sizeBytes}.tick`

/** Undefined: the file is none of ours. */
export function entryOf(name: string): Entry | undefined {
  const [, number, atMs, sizeBytes] = form.exec(name) ?? []
  if (number === undefined) return undefined
  return { number: Number(number), atMs: Number(atMs), sizeBytes: Number(sizeBytes) }
}

const blockBytes = 4096

/** What it takes of the disk: whole blocks, and one for its name. */
export const spaceOf = ({ sizeBytes }: Pick<Entry, 'sizeBytes'>) =>
  blockBytes * (1 + Math.ceil(sizeBytes / blockBytes))
