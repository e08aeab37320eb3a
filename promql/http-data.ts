/** Calls of the HTTP API that ask what series, labels and families there are. */
import type { Labels } from '#lib/labels'
import type { Dialect } from './dialect.ts'
import { type ApiCall, limited, Remarked } from './http-call.ts'
import { invalid, limitIn, timeIn } from './parameters.ts'
import { parseSelector } from './parse.ts'
import type { Scraper } from './scrape.ts'
import type { MetadataBook } from './store/metadata.ts'
import type { Samples } from './store/samples.ts'

export function dataCalls(samples: Samples): [string, ApiCall][] {
  return [
    ['series', (parameters) => within(selected(samples, required(parameters)), parameters)],
    ['labels', (parameters) => within(labelNames(samples, parameters), parameters)],
  ]
}

export function metadataCalls(
  metadata: MetadataBook,
  scraper: Pick<Scraper, 'targets'>,
): [string, ApiCall][] {
  return [
    ['metadata', (parameters) => familiesOf(metadata, parameters)],
    ['targets/metadata', (parameters) => familiesOfTargets(scraper, parameters)],
  ]
}

function labelNames(samples: Samples, parameters: URLSearchParams): string[] {
  if (!parameters.has('match[]')) return samples.labelNames()
  const names = new Set<string>()
  for (const labels of selected(samples, parameters)) for (const name in labels) names.add(name)
  return [...names].sort()
}

export function labelValues(
  name: string,
  parameters: URLSearchParams,
  { samples, dialect }: { readonly samples: Samples; readonly dialect: Dialect },
): Remarked {
  if (!dialect.isLabelName(name)) throw invalid('name', `invalid label name: "${name}"`)
  if (!parameters.has('match[]')) return within(samples.labelValues(name), parameters)
  const values = new Set(selected(samples, parameters).map((labels) => labels[name] ?? ''))
  values.delete('')
  return within([...values].sort(), parameters)
}

function required(parameters: URLSearchParams): URLSearchParams {
  if (!parameters.has('match[]')) throw invalid('match[]', 'no match[] parameter provided')
  return parameters
}

/** The series that any of the selectors names and that have samples about the time asked for. */
function selected(samples: Samples, parameters: URLSearchParams): readonly Labels[] {
  const fromMs = timeIn(parameters, 'start', Number.MIN_SAFE_INTEGER)
  const toMs = timeIn(parameters, 'end', Number.MAX_SAFE_INTEGER)
  const found = new Set<Labels>()
  for (const text of parameters.getAll('match[]'))
    for (const one of samples.select(parseSelector(text).matchers))
      if (one.overlaps(fromMs, toMs)) found.add(one.labels)
  return [...found]
}

function within<T>(all: readonly T[], parameters: URLSearchParams): Remarked {
  const { shown, remarks } = limited(all, limitIn(parameters, 'limit') ?? 0)
  return new Remarked(shown, remarks)
}

function familiesOf(metadata: MetadataBook, parameters: URLSearchParams): object {
  const limit = limitIn(parameters, 'limit') ?? Number.POSITIVE_INFINITY
  const each = limitIn(parameters, 'limit_per_metric') ?? Number.POSITIVE_INFINITY
  const metric = parameters.get('metric') ?? ''
  const found = new Map<string, unknown>()
  const all = metric === '' ? metadata.all() : [[metric, metadata.of(metric)] as const]
  for (const [name, said] of all) {
    if (found.size >= limit) break
    if (said.length > 0) found.set(name, said.slice(0, each))
  }
  return Object.fromEntries(found)
}

function familiesOfTargets(scraper: Pick<Scraper, 'targets'>, parameters: URLSearchParams) {
  const limit = limitIn(parameters, 'limit') ?? Number.POSITIVE_INFINITY
  const metric = parameters.get('metric') ?? ''
  const wanted = parameters.get('match_target') ?? ''
  const matchers = wanted === '' ? [] : parseSelector(wanted).matchers
  return scraper
    .targets()
    .filter(({ labels }) => matchers.every((matcher) => matcher.matches(labels)))
    .flatMap(({ metadata, labels }) =>
      [...metadata()]
        .filter(({ name }) => metric === '' || name === metric)
        .map(({ name, type, help, unit }) => ({
          target: labels,
          ...(metric === '' ? { metric: name } : {}),
          ...{ type, help, unit },
        })),
    )
    .slice(0, limit)
}
