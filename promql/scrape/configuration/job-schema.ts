/** One entry of `scrape_configs`, as Prometheus names its fields. */
import { resolve } from 'node:path'
import { z } from 'zod'
import type { ScrapeJob, ScrapeLimits } from '../job.ts'
import { accessComplaint, accessFields, accessOf } from './access-schema.ts'
import { durationMs, sizeBytes, text, texts, truth, whole } from './fields.ts'
import { relabelSchema } from './relabel-schema.ts'
import { groupOf, groupSchema } from './target-groups.ts'

/** Also in `global`, for jobs that say nothing. */
export const limitFields = {
  scrape_interval: durationMs.optional(),
  scrape_timeout: durationMs.optional(),
  body_size_limit: sizeBytes.optional(),
  sample_limit: whole.optional(),
  target_limit: whole.optional(),
  label_limit: whole.optional(),
  label_name_length_limit: whole.optional(),
  label_value_length_limit: whole.optional(),
  keep_dropped_targets: whole.optional(),
  /** What a target is asked for is not chosen: text is taken, and OpenMetrics. */
  scrape_protocols: texts.optional(),
}

const limitSchema = z.object(limitFields)

export type LimitFields = z.output<typeof limitSchema>

/** The last part is a name with an ending; only it may hold a `*`. */
const fileName = text.refine(
  (given) => /^[^*]*(\*[^/]*)?\.(json|ya?ml)$/i.test(given),
  'expected the path of a .json, .yml or .yaml file, with a * in its last part at most',
)

const fileSchema = z.strictObject({
  files: z.array(fileName).min(1, 'expected at least one path'),
  refresh_interval: durationMs.default(300_000),
})

export const jobSchema = z
  .strictObject({
    job_name: text.min(1, 'expected a name'),
    ...limitFields,
    honor_labels: truth.default(false),
    honor_timestamps: truth.default(true),
    track_timestamps_staleness: truth.default(false),
    fallback_scrape_protocol: text.optional(),
    enable_compression: truth.default(true),
    params: z.record(text, texts).default({}),
    metrics_path: text.default('/metrics'),
    scheme: text.default('http'),
    ...accessFields,
    static_configs: z.array(groupSchema).default([]),
    file_sd_configs: z.array(fileSchema).default([]),
    relabel_configs: z.array(relabelSchema).default([]),
    metric_relabel_configs: z.array(relabelSchema).default([]),
  })
  .superRefine((job, context) => {
    const complaint = accessComplaint(job)
    if (complaint !== undefined) context.addIssue(complaint)
    if (job.relabel_configs.length > 0) return
    const wrong = job.static_configs
      .flatMap(({ targets }) => targets)
      .find((address) => address.includes('/'))
    if (wrong !== undefined) context.addIssue(`"${wrong}" is not a valid hostname`)
  })

export type JobFields = z.output<typeof jobSchema>

export interface JobPlace {
  /** What files are seen from. */
  readonly folder: string
  readonly global: LimitFields
  readonly otherwise: { readonly intervalMs: number; readonly timeoutMs: number }
}

/** Throws a SyntaxError where the times contradict each other. */
export function jobOf(given: JobFields, { folder, global, otherwise }: JobPlace): ScrapeJob {
  const globalIntervalMs = global.scrape_interval || otherwise.intervalMs
  const globalTimeoutMs = global.scrape_timeout || Math.min(otherwise.timeoutMs, globalIntervalMs)
  const intervalMs = given.scrape_interval || globalIntervalMs
  const timeoutMs = given.scrape_timeout || Math.min(globalTimeoutMs, intervalMs)
  if (timeoutMs > intervalMs)
    throw new SyntaxError(`scrape_timeout of job "${given.job_name}" is above its scrape_interval`)
  const place = ({ files, refresh_interval: refreshMs }: z.output<typeof fileSchema>) => {
    return { patterns: files.map((file) => resolve(folder, file)), refreshMs }
  }
  return {
    name: given.job_name,
    intervalMs,
    timeoutMs,
    scheme: given.scheme,
    path: given.metrics_path,
    params: new Map(Object.entries(given.params)),
    honorLabels: given.honor_labels,
    honorTimestamps: given.honor_timestamps,
    tracksTimestamps: given.track_timestamps_staleness,
    isCompressed: given.enable_compression,
    access: accessOf(given, folder),
    limits: limitsOf(given, global),
    relabel: given.relabel_configs,
    metricRelabel: given.metric_relabel_configs,
    groups: given.static_configs.map((group, i) => groupOf(group, `${i}`)),
    files: given.file_sd_configs.map(place),
  }
}

function limitsOf(given: LimitFields, global: LimitFields): ScrapeLimits {
  const of = (name: Exclude<keyof LimitFields, 'scrape_protocols'>) =>
    given[name] || global[name] || 0
  return {
    bodyBytes: of('body_size_limit'),
    samples: of('sample_limit'),
    targets: of('target_limit'),
    labels: of('label_limit'),
    labelNameLength: of('label_name_length_limit'),
    labelValueLength: of('label_value_length_limit'),
    droppedShown: of('keep_dropped_targets'),
  }
}
