/** Wear of a SATA SSD from its vendor's attributes, by the table. */
import { type DriveFacts, driveOf } from './drive.ts'
import type { WearRow } from './rows/row.ts'
import { wearTable } from './table.ts'

export interface AttributeWear {
  readonly percent: number
  /** The row that decided. */
  readonly row: WearRow
}

/** More than any drive has reported; beyond it an attribute means something else. */
const percentMax = 255

export function attributeWear(
  facts: DriveFacts,
  table: readonly WearRow[] = wearTable,
): AttributeWear | undefined {
  const drive = driveOf(facts)
  for (const row of table) {
    const percent = row.speaksFor(drive) ? plausible(row.read(drive)) : undefined
    if (percent !== undefined) return { percent, row }
  }
  return undefined
}

function plausible(percent: number | undefined): number | undefined {
  if (percent === undefined || !(percent >= 0 && percent <= percentMax)) return undefined
  return Math.round(percent * 10) / 10
}
