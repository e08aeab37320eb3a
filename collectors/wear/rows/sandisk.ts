/** SanDisk's own controllers, also in drives of Western Digital. */
import type { Drive } from '../drive.ts'
import { left, type WearRow } from './row.ts'

const isSanDisk = ({ text }: Drive) => /^(.*· )?(sandisk|wdc?\b|western digital)/i.test(text)

export const sandiskRows: readonly WearRow[] = [
  {
    name: 'sandisk erases, 173',
    why: 'The OEM line X600 normalises the average erase count itself; the others leave it at 100.',
    speaksFor: (drive) => isSanDisk(drive) && drive.has(173) && (drive.value(173) ?? 100) < 100,
    read: left(173),
  },
  {
    name: 'sandisk media wearout, 230',
    why:
      'Three words: estimates of total and of SLC wear about the one that ATA statistics repeat. ' +
      'Older firmware fills only the last. The high byte is whole percent, the low one 1/256. ' +
      'Drives of SanDisk on SandForce controllers have a 231 as well, and another 230.',
    speaksFor: (drive) => isSanDisk(drive) && drive.has(230) && !drive.has(231),
    read: readMiddleWord,
  },
  {
    name: 'sandisk cloudspeed, 233',
    why: 'No wear at all, but GiB written to flash, which is rated for about 8,000 passes.',
    speaksFor: (drive) => drive.has(32, 33, 233) && isSanDisk(drive),
    read: (drive) => passes(drive, drive.raw(233), 8000),
  },
]

function readMiddleWord(drive: Drive): number | undefined {
  const words = drive.words(230)
  if (words === undefined) return undefined
  const [high, middle, low] = words
  if (high === 0x270f && middle === 0x270f) return undefined // 9999: full, hence says no more.
  return Math.floor((middle || low) / 256)
}

function passes(drive: Drive, gib: number | undefined, rated: number): number | undefined {
  if (gib === undefined || !drive.capacityBytes) return undefined
  return (100 * gib * 2 ** 30) / drive.capacityBytes / rated
}
