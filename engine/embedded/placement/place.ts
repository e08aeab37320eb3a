/**
 * Where the copies of a placement group go: weighted rendezvous, one draw a disk, domains apart.
 *
 * Every disk draws -ln(u) / weight, as straw2 does; the least draws win, each domain once. The
 * least of exponential draws is in a domain with a chance in the ratio of its summed weight, and on
 * a disk of it likewise: the same shares as descending from datacentre to rack, node and device.
 * But here a draw depends on its disk alone, so when a disk joins or leaves, exactly the copies
 * that it gains or held move, the least that is possible. A descent moves about twice that, because
 * the weights of the levels above change too.
 */
import { draw, mix } from './hash.ts'

export interface Placeable {
  readonly id: string
  readonly weight: number
  /** Wide to narrow: datacentre, rack, node, device. */
  readonly domains: readonly string[]
  /** Taken only where nothing else fits: it is about to leave. */
  readonly lastResort: boolean
}

export interface PlacementRule {
  readonly poolId: number
  readonly copies: number
  /** How many of `domains` name the level that copies must not share. */
  readonly depth: number
}

/** The disks of one group, best first. Fewer than `copies` when domains run out. */
export function place(
  disks: readonly Placeable[],
  rule: PlacementRule,
  group: number,
): readonly string[] {
  const salt = mix(mix(rule.poolId) ^ group)
  const straws = disks
    .filter((disk) => disk.weight > 0)
    .map((disk) => ({ disk, length: -Math.log(draw(disk.id, salt)) / disk.weight }))
    .sort(shortestFirst)
  const taken = new Set<string>()
  const chosen: string[] = []
  for (const { disk } of straws) {
    if (chosen.length === rule.copies) break
    const domain = domainOf(disk, rule.depth)
    if (taken.has(domain)) continue
    taken.add(domain)
    chosen.push(disk.id)
  }
  return chosen
}

/** The name of the domain at a depth, with those above it: two racks "1" may be two racks. */
export function domainOf(disk: Pick<Placeable, 'domains'>, depth: number): string {
  return disk.domains.slice(0, depth).join('\u0000')
}

/** How many domains there are at a depth. */
export function countDomains(disks: readonly Placeable[], depth: number): number {
  const usable = disks.filter((disk) => disk.weight > 0)
  return new Set(usable.map((disk) => domainOf(disk, depth))).size
}

interface Straw {
  readonly disk: Placeable
  readonly length: number
}

function shortestFirst(a: Straw, b: Straw): number {
  if (a.disk.lastResort !== b.disk.lastResort) return a.disk.lastResort ? 1 : -1
  if (a.length !== b.length) return a.length - b.length
  return a.disk.id < b.disk.id ? -1 : 1
}
