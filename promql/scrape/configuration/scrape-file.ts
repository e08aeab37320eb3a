/**
 * A configuration file as Prometheus has it: `global` and `scrape_configs` are read, and what is
 * for other parts of a Prometheus is named, for it has no effect here.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { messageOf } from '#lib/errors'
import type { Reading } from '#lib/fresh'
import type { ScrapeJob } from '../job.ts'
import { texts } from './fields.ts'
import { type JobFields, type JobPlace, jobOf, jobSchema, limitFields } from './job-schema.ts'
import { invalid, readYaml } from './yaml-text.ts'

const elsewhere = z.unknown().optional()

const globalSchema = z.strictObject({
  ...limitFields,
  evaluation_interval: elsewhere,
  rule_query_offset: elsewhere,
  query_log_file: elsewhere,
  scrape_failure_log_file: elsewhere,
  external_labels: elsewhere,
})

const fileSchema = z.strictObject({
  global: globalSchema.prefault({}),
  scrape_configs: z.array(jobSchema).default([]),
  scrape_config_files: texts.default([]),
  runtime: elsewhere,
  alerting: elsewhere,
  rule_files: elsewhere,
  storage: elsewhere,
  tracing: elsewhere,
  remote_write: elsewhere,
  remote_read: elsewhere,
  otlp: elsewhere,
})

const includedSchema = z.strictObject({ scrape_configs: z.array(jobSchema).default([]) })

const readHere = new Set(['global', 'scrape_configs', 'scrape_config_files'])

export interface ScrapeFile {
  readonly jobs: readonly ScrapeJob[]
  /** The file as it stands. */
  readonly text: string
  /** Sections that have no effect here. */
  readonly unused: readonly string[]
}

/** Throws PROMQL_SCRAPE_CONFIG_INVALID. */
export function readScrapeFile(
  file: string,
  otherwise: JobPlace['otherwise'],
): Reading<ScrapeFile> {
  const text = textOf(file)
  const given = readYaml(file, text, fileSchema)
  const folder = dirname(file)
  const place = { folder, global: given.global, otherwise }
  const jobs = given.scrape_configs.map((job) => placed(file, job, place))
  const patterns = given.scrape_config_files.map((pattern) => resolve(folder, pattern))
  const included = [...new Set(patterns.flatMap((pattern) => globSync(pattern).sort()))]
  for (const path of included)
    for (const job of readYaml(path, textOf(path), includedSchema).scrape_configs)
      jobs.push(placed(path, job, { ...place, folder: dirname(path) }))
  refuseTwins(file, jobs)
  const unused = Object.entries(given)
    .filter(([key, value]) => !readHere.has(key) && value !== undefined)
    .map(([key]) => key)
  return { value: { jobs, text, unused }, files: [file, ...included] }
}

function placed(file: string, job: JobFields, place: JobPlace): ScrapeJob {
  try {
    return jobOf(job, place)
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(file, error.message)
    throw error
  }
}

function refuseTwins(file: string, jobs: readonly ScrapeJob[]): void {
  const names = jobs.map(({ name }) => name)
  const twin = names.find((name, i) => names.indexOf(name) < i)
  if (twin !== undefined) throw invalid(file, `there are two jobs with the name "${twin}"`)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw invalid(file, messageOf(error))
  }
}
