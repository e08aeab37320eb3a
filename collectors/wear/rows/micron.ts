/** Micron and Crucial, also under the labels of HP and HPE. */
import type { Drive } from '../drive.ts'
import { left, type WearRow } from './row.ts'

const isMicron = ({ text }: Drive) => /micron|crucial|MTFD|^(.*· )?CT\d+/i.test(text)

/** Beside 202 stand the erase count and the share of the controller in what is written. */
const hasLayout = (drive: Drive) =>
  drive.has(173, 202) && (isMicron(drive) || drive.has(206, 210, 246))

export const micronRows: readonly WearRow[] = [
  {
    name: 'micron used above 100, 202',
    why: 'The normalised value wraps round below zero (201 for 155 used); raw is percent used.',
    speaksFor: (drive) => hasLayout(drive) && (drive.value(202) ?? 0) > 100,
    read: (drive) => drive.raw(202),
  },
  {
    name: 'micron erases when worn out, 173',
    why: '202 stops at 0 left; the average erase count goes on against the rating of its flash.',
    speaksFor: (drive) => hasLayout(drive) && drive.value(202) === 0 && drive.raw(202) !== 0,
    read: (drive) => {
      const percent = (100 * (drive.raw(173) ?? 0)) / ratedCyclesOf(drive.text)
      return percent > 99 ? percent : undefined
    },
  },
  {
    name: 'micron lifetime, 202',
    why: 'What is left, normalised; raw is what is used, or with the BX500 a second copy of left.',
    speaksFor: hasLayout,
    read: left(202),
  },
]

/** MLC of 16 nm, and two ratings of the first 3D TLC. */
function ratedCyclesOf(text: string): number {
  if (/MX200|M600/.test(text)) return 3000
  return /1100/.test(text) ? 1500 : 1000
}
