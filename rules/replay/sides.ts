/** The two sets of rules: those that run, and those that would run with the changed files. */
import { basename } from 'node:path'
import { withIds } from '../load.ts'
import type { Rule, RuleGroup } from '../rule.ts'
import type { Server, TimedGroup } from './running.ts'

export interface Sides {
  readonly before: readonly TimedGroup[]
  readonly after: readonly TimedGroup[]
  readonly placements: readonly Placement[]
}

/** Where a changed file goes. */
export interface Placement {
  readonly file: string
  /** The running file that it takes the place of; or, of each group, the file. Empty: it is new. */
  readonly inPlaceOf: readonly string[]
}

export interface GivenRules {
  readonly running: readonly TimedGroup[]
  readonly changed: readonly RuleGroup[]
  readonly server: Pick<Server, 'intervalMs'>
  /** The changed files are all there are; else they take the place of files, or of groups. */
  readonly isWhole: boolean
}

export function sidesOf({ running, changed, server, isWhole }: GivenRules): Sides {
  const timed = timedBy(running, server)
  const replaced = new Set<TimedGroup>(isWhole ? running : [])
  const placements = [...Map.groupBy(changed, ({ file }) => file)].map(([file, groups]) => {
    const placed = placesFor(file, groups, running)
    for (const group of placed) replaced.add(group)
    return { file, inPlaceOf: [...new Set(placed.map(({ group }) => group.file))] }
  })
  const kept = running.filter((group) => !replaced.has(group))
  return { before: running, after: named([...kept, ...changed.map(timed)]), placements }
}

/** The file of the same name, if there is one; else the groups of the same names. */
function placesFor(
  file: string,
  groups: readonly RuleGroup[],
  running: readonly TimedGroup[],
): readonly TimedGroup[] {
  const names = new Set(groups.map(({ name }) => name))
  const ofName = ({ group }: TimedGroup) => names.has(group.name)
  const ofFile = running.filter(({ group }) => basename(group.file) === basename(file))
  const files = Map.groupBy(ofFile, ({ group }) => group.file)
  if (files.size <= 1) return ofFile.length > 0 ? ofFile : running.filter(ofName)
  // Several folders have such a file: the one that has its groups.
  return [...files.values()].find((all) => all.some(ofName)) ?? []
}

/** A group that is there already keeps its times; another has none yet, so any are right. */
export function timedBy(running: readonly TimedGroup[], server: Pick<Server, 'intervalMs'>) {
  const usual = mostCommon(running.map(({ intervalMs }) => intervalMs)) ?? 60_000
  return (group: RuleGroup): TimedGroup => {
    const known = running.find((one) => one.group.name === group.name)
    const ownMs = group.intervalMs ?? server.intervalMs ?? known?.intervalMs ?? usual
    return { group, intervalMs: ownMs, phaseMs: (known?.phaseMs ?? 0) % ownMs }
  }
}

function mostCommon(all: readonly number[]): number | undefined {
  const groups = [...Map.groupBy(all, (one) => one).values()]
  return groups.sort((a, b) => b.length - a.length)[0]?.[0]
}

/** The ids anew: they follow from all groups together. */
function named(all: readonly TimedGroup[]): readonly TimedGroup[] {
  const groups = withIds(all.map(({ group }) => group))
  return all.map((one, i) => ({ ...one, group: groups[i] ?? one.group }))
}

/** A rule with all that its evaluation follows from. */
export interface PlacedRule extends Omit<TimedGroup, 'group'> {
  readonly rule: Rule
  readonly group: RuleGroup
}

export const rulesOf = (groups: readonly TimedGroup[]): readonly PlacedRule[] =>
  groups.flatMap((timed) => timed.group.rules.map((rule) => ({ ...timed, rule })))
