/** Controllers that many brands buy: Phison, Silicon Motion, SandForce, Marvell, Maxio and more. */
import type { Drive } from '../drive.ts'
import { isWarmth, left, rawLeft, type WearRow } from './row.ts'

/** SandForce normalises nearly everything to 0, and keeps a life curve of its own in 230. */
const isSandForce = (drive: Drive) => drive.has(230, 231, 233, 234) && drive.value(233) === 0

/** Silicon Motion keeps life in a row of erase counts: total, highest, lowest, average, rated. */
const isSiliconMotion = (drive: Drive) =>
  drive.has(160, 161, 167, 169) && !/error|uncorr/i.test(drive.name(169))

/** Innodisk keeps erase counts without the sums of Silicon Motion, and a percentage in 169. */
const isInnodisk = (drive: Drive) => drive.has(165, 167, 169, 170, 235) && !drive.has(166)

export const controllerRows: readonly WearRow[] = [
  {
    name: 'sandforce, 244',
    why: 'Newer firmware keeps the figure of ATA statistics here; 231 lags behind by some points.',
    speaksFor: (drive) => isSandForce(drive) && (drive.value(244) ?? 0) > 0,
    read: left(244),
  },
  {
    name: 'sandforce life left, 231',
    why: "What is left; in Kingston's firmware it stays at 100 at first, and lags by two points.",
    speaksFor: isSandForce,
    read: (drive) => {
      const used = left(231)(drive)
      return used === undefined || !/ABBF/.test(drive.firmware) ? used : Math.min(100, used + 2)
    },
  },
  {
    name: 'marvell of kingston, 231',
    why: 'UV400 and UV500: the value is what is left and raw what is used.',
    speaksFor: (drive) => drive.has(100, 101, 231) && !drive.has(168),
    read: left(231),
  },
  {
    name: 'silicon motion erases when worn out, 167',
    why: '169 stops at 0 left; the average erase count goes on beyond the rated one in 168.',
    speaksFor: (drive) => isSiliconMotion(drive) && drive.raw(169) === 0,
    read: (drive) => {
      const percent = (100 * (drive.raw(167) ?? 0)) / (drive.raw(168) || Number.NaN)
      return percent > 99 ? percent : undefined
    },
  },
  {
    name: 'silicon motion remaining, 169',
    why:
      'Raw is what is left; some firmware keeps the value at 100. A zero is another count ' +
      'where erases are far from their rating.',
    speaksFor: isSiliconMotion,
    read: (drive) =>
      hasErases(drive) && !(drive.raw(169) === 0 && isRated(drive))
        ? rawLeft(169)(drive)
        : undefined,
  },
  {
    name: 'maxio most erased, 207',
    why:
      '231 counts spare blocks too; ATA statistics take the block that was erased most, against ' +
      '750 where counts of SLC stand beside in 209 to 211, against 500 before.',
    speaksFor: (drive) => drive.has(180, 206, 207, 208) && drive.value(208) === 200,
    read: (drive) => perRated(drive.raw(207), drive.has(209, 211) ? 750 : 500),
  },
  {
    name: 'maxio most erased, 165',
    why: 'Newer firmware has 165 to 167 for them, and all three in the words of 164.',
    speaksFor: (drive) =>
      drive.has(164) &&
      drive.words(164)?.join() === [166, 165, 167].map((id) => drive.raw(id)).join(),
    read: (drive) => perRated(drive.raw(165), 750),
  },
  {
    name: 'jmicron erases, 173',
    why: 'Normalised from 200 down to 100 when worn out, and further; 231 is something else.',
    speaksFor: (drive) => drive.has(168, 169, 173, 175, 180, 231, 234),
    read: leftOf200,
  },
  {
    name: 'phison life left, 231',
    why: 'Raw is what is left, while the value may stay at 100 or say what is used; or raw is unused.',
    speaksFor: (drive) => drive.has(170, 173, 231),
    read: (drive) => (drive.raw(231) === 0 ? left(231)(drive) : rawLeft(231)(drive)),
  },
  {
    name: 'phison most erased, 163',
    why: 'With few attributes 231 follows the average in 164; ATA statistics take the most of 1,500.',
    speaksFor: (drive) =>
      drive.has(163, 164, 166, 167, 168, 171, 172, 175, 231) && !drive.has(5) && !drive.has(160),
    read: (drive) => perRated(drive.raw(163), 1500),
  },
  {
    name: 'toshiba erases, 173',
    why:
      'Toshiba normalises from 200 down; where 174 counts another kind of blocks alike, ATA ' +
      'statistics follow the one that is worn more.',
    speaksFor: (drive) => drive.has(167, 168, 169, 173) && (drive.value(173) ?? 0) > 100,
    read: (drive) => {
      const other = drive.value(174) ?? 0
      const used = leftOf200(drive)
      return used !== undefined && other > 100 && other < 200 ? Math.max(used, 200 - other) : used
    },
  },
  {
    name: 'innodisk erases, 165',
    why: '165 is the average erase count; their TLC of the third generation is rated for 1,500.',
    speaksFor: (drive) => isInnodisk(drive) && /3TE/.test(drive.text),
    read: (drive) => perRated(drive.raw(165), 1500),
  },
  {
    name: 'innodisk remaining, 169',
    why: 'Their other flash has a rating for each model; raw is what is left, named or not.',
    speaksFor: isInnodisk,
    read: rawLeft(169),
  },
  {
    name: 'sk hynix, 233',
    why: 'Client drives write what is used into the value, what is left into raw.',
    speaksFor: (drive) => drive.has(100, 168, 169, 180, 233) && (drive.raw(233) ?? 999) <= 100,
    read: rawLeft(233),
  },
  {
    name: 'biwin erases, 173',
    why: 'HP retail drives by Biwin: no figure but the average erase count, rated for about 6,500.',
    speaksFor: (drive) => drive.has(171, 172, 173, 174, 176, 183, 243) && !drive.has(231),
    read: (drive) => perRated(drive.raw(173), 6500),
  },
  {
    name: 'industrial life left, 248',
    why: 'ATP and SMART Modular: sizes in 14 and 15, what is left in the raw value of 248; 231 is warmth.',
    speaksFor: (drive) => drive.has(14, 15, 202, 248) && isWarmth(drive),
    read: rawLeft(248),
  },
  {
    name: 'supermicro dom, 232',
    why: 'These modules write what is left into the raw value of the reserve.',
    speaksFor: ({ text, has }) => /Silicon Motion based OEM|SATA DOM/i.test(text) && has(232),
    read: rawLeft(232),
  },
  {
    name: 'erases of their rating, 167',
    why: 'Swissbit and Virtium: the average erase count stands beside the rated one in 168.',
    speaksFor: (drive) => drive.has(160, 161, 164, 165, 166, 167, 168) && isRated(drive),
    read: (drive) => perRated(drive.raw(167), drive.raw(168) ?? Number.NaN),
  },
]

/** No flash is rated for fewer than 300 erases; below it 168 is another count. */
const isRated = (drive: Drive) => (drive.raw(168) ?? 0) >= 300

/** Firmware of other makers borrows the numbers without counting: all zero, and 100 left. */
function hasErases(drive: Drive): boolean {
  return (drive.raw(167) ?? 0) > 0 || (drive.raw(164) ?? 0) < 1000
}

function leftOf200(drive: Drive): number | undefined {
  const value = drive.value(173)
  return value === undefined || value > 200 ? undefined : 200 - value
}

function perRated(erases: number | undefined, rated: number): number | undefined {
  return erases === undefined ? undefined : (100 * erases) / rated
}
