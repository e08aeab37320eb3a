/** Intel and Solidigm, with their own firmware. */
import type { Drive } from '../drive.ts'
import { left, type WearRow } from './row.ts'

const isIntel = ({ text }: Drive) => /intel|solidigm/i.test(text)

export const intelRows: readonly WearRow[] = [
  {
    name: 'intel 545s erases, 252',
    why: 'Average erase count; firmware LHF002C reckons with 1,000 rated cycles, later with 1,500.',
    speaksFor: (drive) => drive.has(173, 236, 252) && /^LHF/.test(drive.firmware),
    read: (drive) => {
      const erases = drive.raw(252)
      return erases === undefined ? undefined : erases / (drive.firmware === 'LHF002C' ? 10 : 15)
    },
  },
  {
    name: 'intel 540s flash writes, 249',
    why:
      'TLC of the H6 line: 233 counts against a rating half as long again as ATA statistics do, ' +
      'which reckon with 1,000 passes of GiB written to flash and stop at 100.',
    speaksFor: (drive) => isIntel(drive) && /SSDSC[K2][BK]W\w+H6/.test(drive.text),
    read: (drive) => {
      const gib = drive.raw(249)
      if (gib === undefined || !drive.capacityBytes) return undefined
      return Math.min(100, (gib * 2 ** 30) / drive.capacityBytes / 10)
    },
  },
  {
    name: 'intel 530, 233',
    why:
      'ATA statistics of firmware DC32 start three points ahead, which 233 makes up for until ' +
      'two fifths are used; those of older firmware follow 233.',
    speaksFor: (drive) =>
      isIntel(drive) && /SSDSC[K2][BK]W\w+A4/.test(drive.text) && drive.firmware === 'DC32',
    read: (drive) => {
      const used = left(233)(drive)
      return used === undefined || used < 1 ? used : used + Math.max(0, 3 - (3 * used) / 40)
    },
  },
  {
    name: 'intel media wearout, 233',
    why: 'Documented: 100 when new, falls to 1 at the rated cycles, and stays there when worn out.',
    speaksFor: (drive) => drive.has(233) && (isIntel(drive) || drive.has(225, 226, 227)),
    read: left(233),
  },
]
