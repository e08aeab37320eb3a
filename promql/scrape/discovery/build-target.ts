/** What is known of a target becomes the target: its labels, its address, its interval. */
import { formatDuration, parseDurationMs } from '#lib/duration'
import type { Labels } from '#lib/labels'
import { labelSet } from '../../label-set.ts'
import type { ScrapeJob, TargetGroup } from '../job.ts'
import type { MutableLabels, Relabel } from '../relabel.ts'

export interface BuiltTarget {
  /** All that was known before relabelling. */
  readonly discovered: Labels
  /** Those that its samples get. */
  readonly labels: Labels
  readonly url: URL
  /** The same as it was put together: an URL leaves out ports that go without saying. */
  readonly address: string
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Two targets with the same key are one. */
  readonly key: string
}

/** Relabelling does not want it. */
export interface DroppedTarget {
  readonly discovered: Labels
}

export interface BuildOptions {
  readonly job: ScrapeJob
  readonly relabel: Relabel
  /** Whether an address without a port gets that of its scheme, as Prometheus 2 has it. */
  readonly addsPort: boolean
}

/** Throws a SyntaxError where what came of relabelling is no target. */
export function buildTarget(
  { group, own }: { readonly group: TargetGroup; readonly own: Labels },
  options: BuildOptions,
): BuiltTarget | DroppedTarget {
  const { job, relabel } = options
  const labels = discoveredLabels(job, { ...group.labels, ...own })
  const discovered = labelSet(labels)
  if (!relabel(labels)) return { discovered }
  if (options.addsPort) addPort(labels)
  const address = labels.get('__address__') ?? ''
  if (address === '') throw new SyntaxError('no address')
  if (address.includes('/')) throw new SyntaxError(`"${address}" is not a valid hostname`)
  const times = timesOf(labels)
  if ((labels.get('instance') ?? '') === '') labels.set('instance', address)
  const shown = labelSet([...labels].filter(([name]) => !name.startsWith('__')))
  const where = addressOf(job, labels)
  const key = `${JSON.stringify(shown)} ${where.address}`
  return { discovered, labels: shown, ...where, ...times, key }
}

function discoveredLabels(job: ScrapeJob, given: Labels): MutableLabels {
  const labels: MutableLabels = new Map(Object.entries(given))
  const parameters = [...job.params].map(([name, [first = '']]) => [`__param_${name}`, first])
  const defaults = [
    ['job', job.name],
    ['__scrape_interval__', formatDuration(job.intervalMs)],
    ['__scrape_timeout__', formatDuration(job.timeoutMs)],
    ['__metrics_path__', job.path],
    ['__scheme__', job.scheme],
    ...parameters,
  ]
  for (const [name = '', value = ''] of defaults)
    if ((labels.get(name) ?? '') === '') labels.set(name, value)
  return labels
}

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443, '': 80 }

function addPort(labels: MutableLabels): void {
  const address = labels.get('__address__') ?? ''
  const isWithoutPort = /^(?:[^:[\]/]+|\[[^\]]*\])$/.test(address)
  if (!isWithoutPort) return
  const scheme = labels.get('__scheme__') ?? ''
  const port = defaultPorts[scheme]
  if (port === undefined) throw new SyntaxError(`invalid scheme: "${scheme}"`)
  labels.set('__address__', `${address}:${port}`)
}

function timesOf(labels: MutableLabels) {
  const intervalMs = timeIn(labels, 'interval')
  const timeoutMs = timeIn(labels, 'timeout')
  if (timeoutMs <= intervalMs) return { intervalMs, timeoutMs }
  const [timeout, interval] = [timeoutMs, intervalMs].map(formatDuration)
  const reason = `scrape timeout cannot be greater than scrape interval`
  throw new SyntaxError(`${reason} ("${timeout}" > "${interval}")`)
}

function timeIn(labels: MutableLabels, what: 'interval' | 'timeout'): number {
  const text = labels.get(`__scrape_${what}__`) ?? ''
  const ms = parseDurationMs(text)
  if (ms === undefined) throw new SyntaxError(`error parsing scrape ${what}: "${text}"`)
  if (ms === 0) throw new SyntaxError(`scrape ${what} cannot be 0`)
  return ms
}

const parameterPrefix = '__param_'

function addressOf({ params }: ScrapeJob, labels: MutableLabels) {
  const values = new Map([...params].map(([name, all]) => [name, [...all]]))
  for (const [label, value] of labels) {
    if (!label.startsWith(parameterPrefix) || value === '') continue
    const name = label.slice(parameterPrefix.length)
    values.set(name, [value, ...(values.get(name) ?? []).slice(1)])
  }
  const query = new URLSearchParams()
  for (const name of [...values.keys()].sort())
    for (const value of values.get(name) ?? []) query.append(name, value)
  const scheme = labels.get('__scheme__') || 'http'
  const path = (labels.get('__metrics_path__') ?? '').replace(/^(?=[^/])/, '/')
  const search = query.size === 0 ? '' : `?${query}`
  const address = `${scheme}://${labels.get('__address__')}${path}${search}`
  const url = URL.parse(address)
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new SyntaxError(`"${address}" is no http or https address`)
  return { url, address }
}
