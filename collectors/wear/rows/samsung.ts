/** Samsung, whose 177 is the average erase count against the rating. */
import type { Drive } from '../drive.ts'
import { left, type WearRow } from './row.ts'

const isSamsung = ({ text }: Drive) => /samsung|\bMZ[7-N][A-Z0-9]{2}/i.test(text)

export const samsungRows: readonly WearRow[] = [
  {
    name: 'samsung erases when worn out, 177',
    why: '177 stays at 1 when worn out, its raw erases go on: rated 2,100 (PRO), 1,430 to 1,720.',
    speaksFor: (drive) => isSamsung(drive) && (drive.value(177) ?? 100) <= 1,
    read: (drive) => {
      const erases = drive.raw(177) ?? 0
      const percent = (100 * erases) / ratedCyclesOf(drive)
      return percent > 99 ? percent : undefined
    },
  },
  {
    name: 'samsung wear levelling, 177',
    why: 'What is left; over half way ATA statistics run 5 % ahead, their rating being lower.',
    speaksFor: (drive) => drive.has(177) && (isSamsung(drive) || drive.has(177, 179, 235)),
    read: (drive) => {
      const used = left(177)(drive)
      return used !== undefined && used > 55 ? used * 1.05 : used
    },
  },
]

function ratedCyclesOf({ text, capacityBytes = 0 }: Drive): number {
  if (/\bPRO\b/.test(text)) return 2100
  return capacityBytes < 600e9 ? 1720 : 1430
}
