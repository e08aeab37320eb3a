/** Wakes every job that is due and in nobody's hands: its wake-up was lost, or its master died. */
import { createLoop, type Loop } from '#lib/loop'
import type { JobState } from '../store/database.ts'
import type { LoopsWorld } from './world.ts'

const openStates: readonly JobState[] = ['queued', 'running', 'waiting', 'undoing', 'stuck']
const jobsPerPass = 500

export function resumeWorkflows(world: LoopsWorld): Loop {
  const { jobs, machine, clock, metrics } = world
  const open = metrics.gauge('zstone_master_jobs', 'Jobs that have not ended.', ['state'])
  const oldest = metrics.gauge(
    'zstone_master_job_due_age_seconds',
    'For how long the longest waiting job has been due.',
  )
  return createLoop(
    {
      name: 'resume workflows',
      everyMs: world.every.resumeMs,
      async pass() {
        const due = await jobs.due(jobsPerPass)
        const nowMs = clock.nowMs()
        // Once a period, until someone has it: the marker makes it a wake-up of its own.
        const marker = `.${Math.floor(nowMs / world.every.resumeMs)}`
        for (const job of due) await machine.wake(job, marker)
        oldest.set(due[0] === undefined ? 0 : (nowMs - due[0].due_at.getTime()) / 1000)
        for (const [state, count] of await jobs.countByState(openStates)) open.set({ state }, count)
      },
    },
    world,
  )
}
