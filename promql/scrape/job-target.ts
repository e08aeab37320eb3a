/** A target of a job: it is fetched over HTTP. */
import type { Samples } from '../store/samples.ts'
import type { BuiltTarget } from './discovery/build-target.ts'
import type { Connections } from './http/connections.ts'
import { fetchExposition } from './http/fetch-exposition.ts'
import { Intake } from './intake.ts'
import type { ScrapeHabits, ScrapeJob } from './job.ts'
import type { Relabel } from './relabel.ts'
import { createSampleLabels } from './sample-labels.ts'
import type { Source } from './source.ts'

export interface JobSourceOptions {
  readonly job: ScrapeJob
  readonly target: BuiltTarget
  readonly metricRelabel: Relabel
  readonly connections: Connections
  readonly samples: Pick<Samples, 'feed' | 'seriesOf'>
  /** Samples of a target whose job sets no limit. */
  readonly sampleMax: number
  readonly habits: ScrapeHabits
}

export function jobSource(options: JobSourceOptions): Source {
  const { job, target, metricRelabel: relabel, connections, samples } = options
  const { limits, honorLabels, access, isCompressed } = job
  const whole = { name: job.name, labels: target.labels, honorLabels }
  const intake = new Intake({
    samples,
    labelsOf: createSampleLabels({ target: whole, relabel, limits }),
    sampleMax: limits.samples || options.sampleMax,
    honorsTimes: job.honorTimestamps,
    evensBounds: options.habits.evensBounds,
  })
  const { url, timeoutMs } = target
  const sizeMaxBytes = limits.bodyBytes
  const question = { url, timeoutMs, access, connections, isCompressed, sizeMaxBytes }
  return {
    feed: intake.feed,
    async read(signal) {
      intake.forget()
      await intake.read(await fetchExposition(question, signal), signal)
    },
    counts: () => intake.counts,
    metadata: () => intake.families,
    takeNews: () => intake.takeNews(),
    close() {},
  }
}
