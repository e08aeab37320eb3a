/** Whether a write can stand beside what is there: limits first, then the consistency check. */
import { messageOf, type ZstoneError } from '#lib/errors'
import type { Burial, Tombstones } from '../expiry/tombstones.ts'
import { type StoreLimits, storeExcess } from '../limits/store-limits.ts'
import { clashOf, twinOf } from './clash.ts'
import type { Group, Groups } from './groups.ts'
import type { NameIndex } from './name-index.ts'
import { pushIdsAfter } from './push-ids.ts'
import { emptyState, type GroupState, merged, stateWith } from './state.ts'
import type { Write } from './write.ts'

export interface Admission {
  /** As it was taken: what depended on the state before is settled. */
  readonly write: Write
  readonly group: Group
  readonly before: GroupState | undefined
  /** The same as `before` where the group had taken the push already. */
  readonly after: GroupState | undefined
  /** Why the push was refused; then `after` differs in its failure time only. */
  readonly refusal: string | undefined
  /** Where a limit was the reason. */
  readonly excess?: ZstoneError | undefined
  /** What comes of the tombstone of the group, where that changes. */
  readonly burial?: Burial | undefined
}

export interface AdmitWorld {
  readonly groups: Groups
  readonly index: NameIndex
  readonly tombstones: Tombstones
  readonly limits: StoreLimits
  readonly checks: boolean
  /** Gives a group the state that the next write builds on. */
  readonly set: (group: Group, state: GroupState | undefined) => void
  /** Of all groups, as admitted. */
  readonly seriesCount: () => number
}

export function createAdmit(world: AdmitWorld): (given: Write) => Admission {
  const { groups, index, tombstones, limits, set, seriesCount } = world

  /** Whether a group may be made that shows nothing but when it refused a push. */
  const mayBegin = (group: Group) =>
    twinOf(group, groups) === undefined &&
    storeExcess(limits, {
      before: undefined,
      after: { seriesCount: 0 },
      total: seriesCount() + 2,
    }) === undefined

  const refuse = (group: Group, write: Write, { refusal, excess }: Verdict): Admission => {
    const before = group.admitted
    // A limit makes no group, nor does it write anything that could be spared under load.
    const isNoted = before === undefined ? !excess && mayBegin(group) : excess?.retry !== true
    const failed = { ...(before ?? emptyState), failedAtMs: write.atMs }
    const after = isNoted ? stateWith(group.labelText, failed) : before
    set(group, after)
    return { write, group, before, after, refusal, excess }
  }
  /** Why the write cannot stand; the group has its state already. */
  const judge = (group: Group, write: Write, before: GroupState | undefined) => {
    const change = { before, after: group.admitted, total: seriesCount() }
    const excess = storeExcess(limits, change)
    if (excess !== undefined) return { refusal: messageOf(excess), excess }
    const clash = world.checks ? clashOf({ group, before, write, groups, index }) : undefined
    return clash === undefined ? undefined : { refusal: clash }
  }
  return (given) => {
    const group = groups.of(given.pairs)
    const before = group.admitted
    if (wasTaken(before, given) || isLate(before, given))
      return { write: given, group, before, after: before, refusal: undefined }
    const write = settled(given, before)
    const fault = faultOf(write)
    if (fault !== undefined) return refuse(group, write, fault)
    const after = stateAfter(group, before, write)
    set(group, after)
    const verdict = judge(group, write, before)
    if (verdict !== undefined) {
      set(group, before)
      return refuse(group, write, verdict)
    }
    const burial = tombstones.admit(write, { group, before })
    return { write, group, before, after, refusal: undefined, burial }
  }
}

interface Verdict {
  readonly refusal: string
  readonly excess?: ZstoneError
}

/** What is wrong with the write whatever the group holds. */
function faultOf({ refusal, excess }: Write): Verdict | undefined {
  if (excess !== undefined) return { refusal: messageOf(excess), excess }
  return refusal === undefined ? undefined : { refusal }
}

function wasTaken(before: GroupState | undefined, { pushId }: Write): boolean {
  return pushId !== undefined && before?.pushIds.includes(pushId) === true
}

/** Whether the write was meant for a state that the group is not in any more. */
function isLate(before: GroupState | undefined, { onlyIf }: Write): boolean {
  return onlyIf !== undefined && before !== onlyIf
}

function settled(write: Write, before: GroupState | undefined): Write {
  const { onTopOf, refusal } = write
  return onTopOf === undefined || refusal !== undefined ? write : { ...write, ...onTopOf(before) }
}

function stateAfter(
  { labelText }: Group,
  before: GroupState | undefined,
  write: Write,
): GroupState | undefined {
  const { kind, families, atMs, traceparent } = write
  if (kind === 'delete') return undefined
  const kept = kind === 'merge' ? (before?.families ?? []) : []
  const pushed = families.map(({ stored }) => stored)
  return stateWith(labelText, {
    families: merged(kept, pushed),
    pushedAtMs: atMs,
    failedAtMs: before?.failedAtMs ?? 0,
    traceparent,
    ttlMs: write.ttlMs ?? (kind === 'merge' ? before?.ttlMs : undefined),
    pushIds: pushIdsAfter(before, write),
  })
}
