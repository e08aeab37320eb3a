/** Sorts out what groups name: targets, what relabelling drops, and what cannot be used. */
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import type { Log } from '#lib/log'
import type { TargetGroup } from '../job.ts'
import {
  type BuildOptions,
  type BuiltTarget,
  buildTarget,
  type DroppedTarget,
} from './build-target.ts'

export interface FoundTargets {
  readonly targets: ReadonlyMap<string, BuiltTarget>
  readonly dropped: DroppedTargets
  readonly invalidCount: number
}

export interface DroppedTargets {
  readonly count: number
  /** Some of them, where the job sets a limit. */
  readonly discovered: readonly Labels[]
}

export const nothingFound: FoundTargets = {
  targets: new Map(),
  dropped: { count: 0, discovered: [] },
  invalidCount: 0,
}

export function findTargets(
  groups: readonly TargetGroup[],
  options: BuildOptions & { readonly log: Log },
): FoundTargets {
  const built = groups.flatMap((group) =>
    group.targets.map((own) => builtOrNot({ group, own }, options)),
  )
  const targets = built.filter((one) => one !== undefined && 'key' in one)
  const dropped = built.filter((one) => one !== undefined).filter((one) => !('key' in one))
  const { droppedShown } = options.job.limits
  const shown = droppedShown === 0 ? dropped : dropped.slice(0, droppedShown)
  return {
    targets: new Map(targets.map((target) => [target.key, target])),
    dropped: { count: dropped.length, discovered: shown.map(({ discovered }) => discovered) },
    invalidCount: built.filter((one) => one === undefined).length,
  }
}

function builtOrNot(
  named: { readonly group: TargetGroup; readonly own: Labels },
  { log, ...options }: BuildOptions & { readonly log: Log },
): BuiltTarget | DroppedTarget | undefined {
  try {
    return buildTarget(named, options)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const { job } = options
    const where = { job: job.name, group: named.group.source }
    log.error({ ...where, error: messageOf(error) }, 'Cannot use a target')
    return undefined
  }
}
