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
  readonly powerOnHours: number | undefined
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
  read: /^(total_|lifetime_)?(host_)?reade?s?_|^lifetime_reads|^total_reads/i,
}
const sectorNames = {
  written: /^(total_lbas_written|total_host_sector_writes?|host_sector_writes?)$/i,
  read: /^(total_lbas_read|total_host_sector_reads?)$/i,
}
const blockNames = { written: /^host_writes_32MiB$/i, read: /^host_reads_32MiB$/i }
/** So many blocks of 32 MiB no SATA device ever moves; a raw value beyond counts sectors. */
const surelySectors = 2 ** 28

export function ataBytesOf(from: AtaBytes, direction: Direction): bigint | undefined {
  const listed = from.sectors[direction]
  if (listed !== undefined) {
    const beyond = wrapsOf(from, direction)
    if (beyond === undefined && wrapsOf(from, 'written') !== undefined) return undefined
    return (BigInt(listed) + BigInt(beyond ?? 0)) * BigInt(from.sectorBytes)
  }
  const counted = sectorsIn(from, direction)
  if (counted !== undefined) return possible(counted * 512n, from)
  for (const { name, rawText } of from.attributes) {
    const unit = units.find(([pattern]) => pattern.test(name))?.[1]
    const count = countIn(rawText)
    if (unit !== undefined && count !== undefined && subjects[direction].test(name))
      return possible(BigInt(count) * unit, from)
  }
  return undefined
}

const bytesAnHour = 3600n * 600_000_000n

/** More than its link could have carried is no count of bytes, whatever its name. */
function possible(bytes: bigint, { powerOnHours }: AtaBytes): bigint | undefined {
  if (powerOnHours === undefined) return bytes
  return bytes <= BigInt(powerOnHours + 1) * bytesAnHour ? bytes : undefined
}

/**
 * `Total_LBAs_Written` is what smartctl calls attribute 241 of every drive it does not know, among
 * them SSDs that count in blocks of 32 MiB. A small number is believed of Samsung alone, whose unit
 * has always been the sector, and where the name or the id is one that only a known drive has.
 * Disks that turn count sectors too, but older ones in 32 bits, which start again at zero: they are
 * believed once they have gone beyond.
 */
function sectorsIn(from: AtaBytes, direction: Direction): bigint | undefined {
  const found = from.attributes.find(({ name }) => sectorNames[direction].test(name))
  const count = found && countIn(found.rawText)
  if (count === undefined) return undefined
  const least = from.turns ? 2 ** 32 : surelySectors
  const isOwn = found?.id === 246 || /host_sector/i.test(found?.name ?? '')
  const isTrusted = !from.turns && (isOwn || /samsung|\bMZ7/i.test(from.model))
  return isTrusted || count >= least ? BigInt(count) : undefined
}

/**
 * What an attribute counts in, sectors or blocks of 32 MiB, and by how many sectors it may be off:
 * the two are not read in the same moment, and a block that is not full does not count.
 */
const counting = [
  { unit: 1, slack: 2 ** 20 },
  { unit: 2 ** 16, slack: 2 ** 17 },
]

/**
 * Some drives keep the lower 32 bits of their statistics only: then an attribute that counts the
 * same is a multiple of 2^32 sectors beyond. Undefined: not so; else what is to be added.
 */
function wrapsOf(from: AtaBytes, direction: Direction): number | undefined {
  const listed = from.sectors[direction]
  if (listed === undefined || listed >= 2 ** 32) return undefined
  const counts = from.attributes
    .filter(({ name }) => sectorNames[direction].test(name) || blockNames[direction].test(name))
    .flatMap(({ rawText }) => countIn(rawText) ?? [])
  for (const count of counts)
    for (const { unit, slack } of counting) {
      const beyond = count * unit - listed
      const wraps = Math.round(beyond / 2 ** 32) * 2 ** 32
      if (wraps > 0 && Math.abs(beyond - wraps) < slack) return wraps
    }
  return undefined
}
