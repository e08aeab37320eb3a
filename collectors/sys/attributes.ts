/** How every collector here reads sysfs: a folder is a thing, and its files say one fact each. */
import type { Labels } from '#lib/labels'
import type { Families, Metric } from '../families.ts'
import { type Files, readOptional } from '../files.ts'

/** What a thing says under a name; undefined where it says nothing. */
export type Attributes = (name: string) => string | undefined

/** A file, the metric of its number, and what makes it our unit. */
export type NumberRow = readonly [file: string, metric: Metric, unit: number]

/** Reads at once: for what stands in memory or in a register. */
export const attributesAt =
  (files: Pick<Files, 'readText'>, folder: string): Attributes =>
  (name) =>
    readOptional(files, `${folder}/${name}`)?.trim()

/**
 * Reads off the event loop, one file after the other, so that a device that does not answer
 * holds one thread and no more.
 */
export async function askAttributes(
  files: Pick<Files, 'readTextLater'>,
  { folder, names, stop }: { folder: string; names: readonly string[]; stop: AbortSignal },
): Promise<Attributes> {
  const texts = new Map<string, string>()
  for (const name of names) {
    stop.throwIfAborted()
    const text = await files.readTextLater(`${folder}/${name}`).catch(() => undefined)
    if (text !== undefined) texts.set(name, text.trim())
  }
  return (name) => texts.get(name)
}

export function addNumbers(
  families: Families,
  { labels, table, attributes }: AttributeNumbers,
): void {
  for (const [file, metric, unit] of table) {
    const value = numberOf(attributes(file))
    families.add(metric, labels, value === undefined ? undefined : inUnit(value, unit))
  }
}

export interface AttributeNumbers {
  readonly labels: Labels
  readonly table: readonly NumberRow[]
  readonly attributes: Attributes
}

/** Divides where it can: 33800 thousandths are 33.8, and times 0.001 a little more. */
export function inUnit(value: number, unit: number): number {
  return unit < 1 ? value / Math.round(1 / unit) : value * unit
}

/** Decimal or 0x…; undefined for what is no number, such as `N/A`. */
export function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** What stands in a folder, in order; nothing where there is none, or a file in its place. */
export function namesIn(
  files: Pick<Files, 'listIfPresent'>,
  folder: string,
  pattern = /^[^.]/,
): readonly string[] {
  try {
    const names = files.listIfPresent(folder).filter((name) => pattern.test(name))
    return names.length < 2 ? names : names.sort(byNumber)
  } catch {
    return []
  }
}

/** `sda10` after `sda9`. */
const byNumber = new Intl.Collator('en', { numeric: true }).compare
