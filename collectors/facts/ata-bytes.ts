/** Bytes that a host wrote to an ATA device, or read from it. */
import type { SmartAttribute } from './device-facts.ts'
import { countIn } from './smart-attributes.ts'

export interface AtaBytes {
  readonly attributes: readonly SmartAttribute[]
  /** Logical sectors in the device statistics; their unit is not in doubt. */
  readonly sectors: Readonly<Record<Direction, number | undefined>>
  readonly sectorBytes: number
  readonly turns: boolean
  readonly model: string
}

export type Direction = 'written' | 'read'

/** Where the vendor's name of an attribute says its unit. */
const units: readonly (readonly [RegExp, bigint])[] = [
  [/_32MiB$/i, 32n << 20n],
  [/_16MiB$/i, 16n << 20n],
  [/_MiB$/i, 1n << 20n],
  [/_(1?GiB|GB)$/i, 1n << 30n],
]
const subjects = {
  written: /^(total_|lifetime_)?(host_)?writes?_|^lifetime_writes|^total_writes/i,
  read: /^(total_|lifetime_)?(host_)?reads?_|^lifetime_reads|^total_reads/i,
}
const sectorNames = {
  written: /^(total_lbas_written|total_host_sector_writes?|host_sector_writes?)$/i,
  read: /^(total_lbas_read|total_host_sector_reads?)$/i,
}
/** So many blocks of 32 MiB no SATA device ever moves; a raw value beyond counts sectors. */
const surelySectors = 2 ** 28

export function ataBytesOf(from: AtaBytes, direction: Direction): bigint | undefined {
  const listed = from.sectors[direction]
  const counted = sectorsIn(from, direction)
  if (listed !== undefined) {
    if (isCutOff(from.sectors.written, sectorsIn(from, 'written')))
      return counted === undefined ? undefined : counted * 512n
    return BigInt(listed) * BigInt(from.sectorBytes)
  }
  if (counted !== undefined) return counted * 512n
  for (const { name, rawText } of from.attributes) {
    const unit = units.find(([pattern]) => pattern.test(name))?.[1]
    const count = countIn(rawText)
    if (unit !== undefined && count !== undefined && subjects[direction].test(name))
      return BigInt(count) * unit
  }
  return undefined
}

/**
 * `Total_LBAs_Written` is what smartctl calls attribute 241 of every drive it does not know, among
 * them SSDs that count in blocks of 32 MiB. A small number is believed of Samsung alone, whose unit
 * has always been the sector. Disks that turn count sectors too, but older ones in 32 bits, which
 * start again at zero: they are believed once they have gone beyond.
 */
function sectorsIn(from: AtaBytes, direction: Direction): bigint | undefined {
  const found = from.attributes.find(({ name }) => sectorNames[direction].test(name))
  const count = found && countIn(found.rawText)
  if (count === undefined) return undefined
  const least = from.turns ? 2 ** 32 : surelySectors
  const isTrusted = !from.turns && /samsung|\bMZ7/i.test(from.model)
  return isTrusted || count >= least ? BigInt(count) : undefined
}

/** Some drives keep the lower 32 bits only: then the attribute differs by a multiple of 2^32. */
function isCutOff(listed: number | undefined, counted: bigint | undefined): boolean {
  if (listed === undefined || counted === undefined || listed >= 2 ** 32) return false
  const beyond = Number(counted) - listed
  const slack = 2 ** 20 // The two are not read in the same moment.
  return beyond > 2 ** 31 && Math.abs(beyond - Math.round(beyond / 2 ** 32) * 2 ** 32) < slack
}
