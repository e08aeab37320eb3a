/** What attributes mostly mean, for drives that no row of their own speaks for. */
import type { Drive } from '../drive.ts'
import { isWarmth, left, rawLeft, type WearRow } from './row.ts'

export const generalRows: readonly WearRow[] = [
  {
    name: 'erases, 173',
    why: 'Where a vendor normalises the average erase count, it falls from 100 to the rating.',
    speaksFor: (drive) => drive.has(173) && (drive.value(173) ?? 100) < 100,
    read: left(173),
  },
  {
    name: 'erases from 200, 173',
    why: 'Apple has others count from 200 down; a threshold of 100 says where the rating is used up.',
    speaksFor: (drive) => drive.has(173) && drive.thresh(173) === 100,
    read: (drive) => {
      const value = drive.value(173) ?? 0
      return value > 100 && value <= 200 ? 200 - value : undefined
    },
  },
  {
    name: 'used by name',
    why: 'The drive database says that raw is the share of a life that is used.',
    speaksFor: (drive) => drive.named(usedNames) !== undefined,
    read: (drive) => drive.raw(drive.named(usedNames) ?? 0),
  },
  {
    name: 'left by name',
    why: 'The drive database says that it is a life that remains; raw, where the value is untouched.',
    speaksFor: (drive) => drive.named(leftNames) !== undefined,
    read: (drive) => {
      const id = drive.named(leftNames) ?? 0
      return (drive.value(id) === 100 ? rawLeftUntouched(id)(drive) : undefined) ?? left(id)(drive)
    },
  },
  {
    name: 'life left, 231',
    why: 'A life that is left by custom, whatever it is called, unless it is a temperature.',
    speaksFor: (drive) => drive.has(231) && !isWarmth(drive),
    read: (drive) =>
      (drive.value(231) === 100 ? rawLeftUntouched(231)(drive) : undefined) ?? left(231)(drive),
  },
  {
    name: 'falling by name, 177 or 233',
    why:
      'Default names, given to counters of erases and writes as well, whose value stays at 100: ' +
      'only one that has fallen is in use. At 100 nothing is known, rather than no wear.',
    speaksFor: (drive) => isFalling(drive, drive.named(fallingNames)),
    read: (drive) => left(drive.named(fallingNames) ?? 0)(drive),
  },
]

function isFalling(drive: Drive, id: number | undefined): boolean {
  const value = id === undefined ? 100 : (drive.value(id) ?? 100)
  return value > 0 && value < 100
}

const leftNames = /life(time)?_?left|life(time)?_?remain|remain\w*_life|percent_life/i
const fallingNames = /media_wearout|^wear_leveling/i
const usedNames = /life(time)?_?used|used_life|endurance_used/i

/** Zero in raw mostly means that it is not in use. */
const rawLeftUntouched = (id: number) => (drive: Drive) =>
  drive.raw(id) === 0 ? undefined : rawLeft(id)(drive)
