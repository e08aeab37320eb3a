/** Reads every copy of objects: to prove a pool sound, and to mend what is not. */
import type { PoolProof } from '../../engine.ts'
import type { Cluster, Pool } from '../cluster/cluster.ts'
import { newestCopies, noteUnreadable } from '../cluster/copies.ts'
import type { Group } from '../cluster/group.ts'
import type { OpenDataDisk } from '../device/data-disk.ts'
import type { Entry } from '../device/index-of-objects.ts'
import { depthOf, domainsOf } from '../map/cluster-map.ts'
import { domainOf } from '../placement/place.ts'
import { copyObject } from './catch-up.ts'
import type { Pace } from './pace.ts'

export interface CheckOptions {
  readonly pace: Pace | undefined
  readonly mend: 'yes' | 'no'
  readonly signal?: AbortSignal | undefined
}

const keysAtOnce = 8

export async function checkPool(
  cluster: Cluster,
  pool: Pool,
  options: CheckOptions,
): Promise<PoolProof> {
  const proof = { objects: 0, copies: 0, bytes: 0, missing: 0, corrupt: 0 }
  const total = { ...proof, misplaced: 0, misversioned: 0 }
  for (const group of pool.groups) {
    const keys = keysOf(cluster, group).values()
    const check = async () => {
      for (const key of keys) {
        if (options.signal?.aborted) return
        add(total, await checkObject(cluster, { group, key, pool }, options))
      }
    }
    await Promise.all(Array.from({ length: keysAtOnce }, check))
    if (cluster.live(group).length === 0) add(total, unreachable(group))
  }
  return { pool: pool.spec.name, ...total }
}

type Findings = Omit<PoolProof, 'pool'>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Every copy of one object, with its writers waiting meanwhile. */
async function checkObject(
  cluster: Cluster,
  at: { group: Group; key: string; pool: Pool },
  { pace, mend, signal }: CheckOptions,
): Promise<Findings> {
  const { group, key, pool } = at
  const newest = newestCopies(cluster, group, key)[0]?.entry
  if (pace !== undefined) await pace.take((newest?.payloadBytes ?? 0) * pool.spec.copies, signal)
  return group.withKey(key, async () => {
    const found = await readCopies(cluster, group, key)
    const { bad, findings } = found
    const onComplete = bad.filter((disk) => group.complete.includes(disk.id))
    if (mend === 'no' || onComplete.length === 0) return findings
    pool.scrubErrors += onComplete.length
    for (const target of onComplete)
      if (await copyObject(cluster, { group, key, target })) pool.scrubRepaired++
    return findings
  })
}

/** Rewrites what is bad of one object, once a read has stumbled on it. */
export async function mendObject(
  cluster: Cluster,
  at: { group: Group; key: string; pool: Pool },
): Promise<void> {
  await checkObject(cluster, at, { pace: undefined, mend: 'yes' })
}

async function readCopies(cluster: Cluster, group: Group, key: string) {
  const newest = newestCopies(cluster, group, key)[0]?.entry
  const isThere = newest !== undefined && newest.deleted === undefined
  const findings: Mutable<Findings> = { ...nothing }
  const good: OpenDataDisk[] = []
  const bad: OpenDataDisk[] = []
  for (const disk of cluster.disks.values()) {
    const verdict = await judge(cluster, { group, key, disk, newest })
    if (verdict === 'misversioned' || verdict === 'corrupt') findings[verdict]++
    if (verdict === 'good') good.push(disk)
    else if (verdict !== 'fine') bad.push(disk)
  }
  if (isThere) {
    const found = good.length + findings.corrupt + findings.misversioned
    const unwanted = good.filter(({ id }) => !group.wanted.includes(id)).length
    findings.objects = 1
    findings.copies = good.length
    findings.bytes = good.length * newest.payloadBytes
    findings.missing = Math.max(0, group.pool.copies - found)
    findings.misplaced = unwanted + sharedDomains(cluster, group, good)
  }
  return { findings, bad }
}

/** `fine` is a disk that has nothing of the object, and should have nothing. */
type Verdict = 'good' | 'fine' | 'absent' | 'misversioned' | 'corrupt'

async function judge(
  cluster: Cluster,
  at: { group: Group; key: string; disk: OpenDataDisk; newest: Entry | undefined },
): Promise<Verdict> {
  const { group, key, disk, newest } = at
  const place = group.place(key)
  const entry = disk.store.entry(place)
  const isGone = entry === undefined || entry.deleted !== undefined
  const shouldBeGone =
    newest === undefined || newest.deleted !== undefined || !group.members.includes(disk.id)
  if (isGone && shouldBeGone) return 'fine'
  if (entry === undefined) return 'absent'
  if (entry.version !== newest?.version) return 'misversioned'
  try {
    await disk.store.read(place, entry)
    return 'good'
  } catch (error) {
    noteUnreadable(cluster, disk, { pool: group.pool.name, key, error })
    return 'corrupt'
  }
}

/** How many copies share a fault domain with another. */
function sharedDomains(cluster: Cluster, group: Group, good: readonly OpenDataDisk[]): number {
  const depth = depthOf(group.pool.faultDomain)
  const wanted = good.filter(({ id }) => group.wanted.includes(id))
  const domains = wanted.map(({ id }) =>
    domainOf({ domains: domainsOf(cluster.mapDisk(id)) }, depth),
  )
  return domains.length - new Set(domains).size
}

/** Keys that any open disk knows of. */
function keysOf(cluster: Cluster, group: Group): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { store } of cluster.disks.values())
    for (const [key, entry] of store.group(group.pool.id, group.number).entries)
      if (entry.deleted === undefined) keys.add(key)
  return keys
}

const nothing: Findings = {
  objects: 0,
  copies: 0,
  bytes: 0,
  missing: 0,
  corrupt: 0,
  misplaced: 0,
  misversioned: 0,
}

/** No complete disk answers: every copy is missing; what was never seen counts as one object. */
function unreachable(group: Group): Findings {
  return { ...nothing, missing: (group.lastSeen?.objects ?? 1) * group.pool.copies }
}

function add(total: Mutable<Findings>, found: Findings): void {
  // `nothing` has these keys and no others.
  for (const key of Object.keys(nothing) as (keyof Findings)[]) total[key] += found[key]
}
