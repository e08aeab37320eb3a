/** What only SCSI (SAS) devices say. */
import { type Json, numberAt, valueAt } from '../smart/json.ts'
import { versionAtLeast } from './versions.ts'

/** The text of smartctl counts elements in every version; what stands here is never divided. */
export const grownDefectsInText = 'scsi_grown_defect_elements'

/**
 * smartctl before 7.2 gives the length of the list in bytes: eight a defect, or four in the format
 * of old drives, which an odd multiple of four gives away.
 */
export function grownDefectsOf(answer: Json): number | undefined {
  const counted = numberAt(answer, grownDefectsInText)
  if (counted !== undefined) return counted
  const listed = numberAt(answer, 'scsi_grown_defect_list')
  if (listed === undefined || versionAtLeast(answer, 7, 2) !== false) return listed
  return listed % 8 === 0 ? listed / 8 : listed / 4
}

const directions = ['read', 'write', 'verify'] as const

/** Errors of all three kinds of work that no correction mended. */
export function uncorrectedOf(answer: Json): number | undefined {
  const counts = directions
    .map((each) => numberAt(answer, `scsi_error_counter_log.${each}.total_uncorrected_errors`))
    .filter((count) => count !== undefined)
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0)
}

/** Gigabytes are decimal text with three digits behind a point, or a comma in some locales. */
export function scsiBytesOf(answer: Json, direction: 'read' | 'write'): bigint | undefined {
  const value = valueAt(answer, `scsi_error_counter_log.${direction}.gigabytes_processed`)
  const text = typeof value === 'number' ? String(value) : value
  const [, whole, part = ''] =
    (typeof text === 'string' ? /^(\d{1,20})(?:[.,](\d{1,9}))?$/.exec(text.trim()) : null) ?? []
  return whole === undefined ? undefined : BigInt(whole + part.padEnd(9, '0'))
}
