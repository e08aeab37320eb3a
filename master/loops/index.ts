/** The list of loops. To add one: a file, and a line here. */
import type { Loop } from '#lib/loop'
import { forgetOldJobs } from './forget-old-jobs.ts'
import { reactToAlerts } from './react-to-alerts.ts'
import { resumeWorkflows } from './resume-workflows.ts'
import { syncTopology } from './sync-topology.ts'
import type { LoopsWorld } from './world.ts'

export const loops: readonly ((world: LoopsWorld) => Loop)[] = [
  syncTopology,
  resumeWorkflows,
  reactToAlerts,
  forgetOldJobs,
]
