/** The table that is asked, top down: the first row that speaks for a drive and knows, decides. */
import { controllerRows } from './rows/controllers.ts'
import { generalRows } from './rows/general.ts'
import { intelRows } from './rows/intel.ts'
import { micronRows } from './rows/micron.ts'
import { oemRows } from './rows/oem.ts'
import type { WearRow } from './rows/row.ts'
import { samsungRows } from './rows/samsung.ts'
import { sandiskRows } from './rows/sandisk.ts'

export const wearTable: readonly WearRow[] = [
  ...oemRows,
  ...sandiskRows,
  ...intelRows,
  ...samsungRows,
  ...micronRows,
  ...controllerRows,
  ...generalRows,
]
