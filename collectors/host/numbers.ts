/** Numbers as /proc and /sys write them. */
import type { Files } from '../files.ts'

/** Undefined for what is no number, or for no text at all. */
export function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** The number that a file holds; undefined where there is no such file. */
export const numberIn = (files: Pick<Files, 'readIfPresent'>, path: string) =>
  numberOf(files.readIfPresent(path))

/** Words of a line, however many blanks stand between them. */
export const wordsOf = (line: string) => line.trim().split(/\s+/)
