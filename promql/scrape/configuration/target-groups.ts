/** Groups of targets, `- targets: [host:port]` with `labels:`, as configurations and files have. */
import { z } from 'zod'
import type { TargetGroup } from '../job.ts'
import { labelName, text, texts } from './fields.ts'
import { readYaml } from './yaml-text.ts'

export const groupSchema = z.strictObject({
  targets: texts.default([]),
  labels: z.record(labelName, text).default({}),
})

export function groupOf({ targets, labels }: z.output<typeof groupSchema>, source: string) {
  const own = targets.map((address) => ({ __address__: address }))
  return { source, targets: own, labels } satisfies TargetGroup
}

/** Of a file in YAML or JSON. Throws PROMQL_SCRAPE_CONFIG_INVALID. */
export function readGroups(file: string, source: string): readonly TargetGroup[] {
  // A file that says nothing names no targets.
  const list = z.union([z.array(groupSchema), z.strictObject({}).transform(() => [])])
  return readYaml(file, source, list).map((group, i) => {
    const { labels, ...rest } = groupOf(group, `${file}:${i}`)
    return { ...rest, labels: { ...labels, __meta_filepath: file } }
  })
}
