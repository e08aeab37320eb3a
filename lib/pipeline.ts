/** A pipeline is a list of named stages. The joint measures each stage; a stage never does. */
import type { Clock } from './clock.ts'
import type { Metrics } from './metrics.ts'

export interface Stage<T> {
  readonly name: string
  run(batch: readonly T[]): Promise<readonly T[]>
}

/** What passed a joint: reported once per stage and batch, whether the stage held or failed. */
export interface Passage {
  readonly pipeline: string
  readonly stage: string
  readonly countIn: number
  readonly countOut: number
  readonly tookMs: number
  readonly error?: unknown
}

export interface PipelineWorld {
  readonly clock: Clock
  readonly report: (passage: Passage) => void
}

export function pipeline<T>(
  name: string,
  stages: readonly Stage<T>[],
  world: PipelineWorld,
): Stage<T> {
  return {
    name,
    async run(batch) {
      let rest = batch
      for (const stage of stages) {
        if (rest.length === 0) break
        rest = await measured({ name, stage, world }, rest)
      }
      return rest
    },
  }
}

/** Counts and times every stage: `zstone_pipeline_stage_*{pipeline,stage}`. */
export function reportTo(metrics: Metrics): (passage: Passage) => void {
  const labels = ['pipeline', 'stage']
  const items = metrics.counter(
    'zstone_pipeline_stage_items_total',
    'Items that entered (in), left (out) or were in a batch that failed (error).',
    [...labels, 'direction'],
  )
  const seconds = metrics.histogram('zstone_pipeline_stage_seconds', 'Time a batch took.', {
    labels,
  })
  return ({ pipeline, stage, countIn, countOut, tookMs, error }) => {
    items.inc({ pipeline, stage, direction: 'in' }, countIn)
    if (error === undefined) items.inc({ pipeline, stage, direction: 'out' }, countOut)
    else items.inc({ pipeline, stage, direction: 'error' }, countIn)
    seconds.observe({ pipeline, stage }, tookMs / 1000)
  }
}

async function measured<T>(
  { name, stage, world }: { name: string; stage: Stage<T>; world: PipelineWorld },
  batch: readonly T[],
): Promise<readonly T[]> {
  const startedMs = world.clock.monotonicMs()
  const seen = { pipeline: name, stage: stage.name, countIn: batch.length }
  const tookMs = () => world.clock.monotonicMs() - startedMs
  try {
    const out = await stage.run(batch)
    world.report({ ...seen, countOut: out.length, tookMs: tookMs() })
    return out
  } catch (error) {
    world.report({ ...seen, countOut: 0, tookMs: tookMs(), error })
    throw error
  }
}
