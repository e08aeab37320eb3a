/** The labels that a sample of a job is stored under, within the job's limits. */
import { fault } from '#api/errors'
import type { Labels } from '#lib/labels'
import { labelSet, nameLabel } from '../label-set.ts'
import { type Target, withTarget } from '../store/target-labels.ts'
import type { Pairs } from './exposition/series-text.ts'
import type { ScrapeLimits } from './job.ts'
import type { Relabel } from './relabel.ts'

export interface SampleLabelsOptions {
  readonly target: Target
  readonly relabel: Relabel
  readonly limits: ScrapeLimits
}

/** Gives undefined where relabelling drops the sample; throws PROMQL_SCRAPE_REFUSED. */
export type SampleLabels = (exposed: Pairs) => Labels | undefined

export function createSampleLabels({ target, relabel, limits }: SampleLabelsOptions): SampleLabels {
  const hasLimits = limits.labels + limits.labelNameLength + limits.labelValueLength > 0
  return (exposed) => {
    const given = new Map(exposed)
    if (given.size < exposed.length) throw refused(`a label comes twice: ${textOf(exposed)}`)
    const all = withTarget(target, given)
    if (!relabel(all)) return undefined
    const labels = labelSet(all)
    const name = labels[nameLabel]
    if (name === undefined) {
      for (const _ in labels) throw refused('missing metric name (__name__ label)')
      return undefined
    }
    refuseNames(labels)
    if (hasLimits) refuseBeyond(labels, limits)
    return labels
  }
}

const refused = (reason: string) => fault('PROMQL_SCRAPE_REFUSED', { reason })

const textOf = (pairs: Pairs) => pairs.map(([name, value]) => `${name}="${value}"`).join(', ')

/** What relabelling made of a name. */
function refuseNames(labels: Labels): void {
  const { [nameLabel]: metric = '' } = labels
  if (!/^[a-zA-Z_:][\w:]*$/.test(metric)) throw refused(`invalid metric name "${metric}"`)
  for (const name in labels)
    if (!/^[a-zA-Z_]\w*$/.test(name)) throw refused(`invalid label name "${name}" of ${metric}`)
}

function refuseBeyond(labels: Labels, limits: ScrapeLimits): void {
  const { [nameLabel]: metric = '' } = labels
  const of = `metric: ${metric.slice(0, 50)}`
  const count = Object.keys(labels).length
  if (limits.labels > 0 && count > limits.labels)
    throw refused(
      `label_limit exceeded (${of}, number of labels: ${count}, limit: ${limits.labels})`,
    )
  for (const name in labels) {
    const label = `${of}, label name: ${name.slice(0, 50)}`
    const length = (text: string, limit: number) => {
      const bytes = Buffer.byteLength(text)
      return limit > 0 && bytes > limit ? `length: ${bytes}, limit: ${limit}` : undefined
    }
    const ofName = length(name, limits.labelNameLength)
    if (ofName !== undefined)
      throw refused(`label_name_length_limit exceeded (${label}, ${ofName})`)
    const value = labels[name] ?? ''
    const ofValue = length(value, limits.labelValueLength)
    const shown = `value: ${JSON.stringify(value.slice(0, 50))}`
    if (ofValue !== undefined)
      throw refused(`label_value_length_limit exceeded (${label}, ${shown}, ${ofValue})`)
  }
}
