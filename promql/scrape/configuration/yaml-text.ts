/**
 * YAML against a schema. Scalars are texts, whatever they look like: `severity: 1` means what it
 * says. What is wrong is told with its line and its path.
 */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { fault } from '#api/errors'

/** Throws PROMQL_SCRAPE_CONFIG_INVALID. */
export function readYaml<S extends z.ZodType>(file: string, text: string, schema: S): z.output<S> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe', merge: true })
  const [broken] = document.errors
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0])
    throw invalid(`${file}:${line}`, broken.message.split('\n')[0] ?? '')
  }
  const read = schema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {})
  if (read.success) return read.data
  const [issue] = read.error.issues
  const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? '' : part))
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  const line = `${file}:${lineOf(document, lines, path)}`
  throw invalid(`${line} ${place.replace(/^\./, '')}`.trim(), reasonOf(issue))
}

export const invalid = (where: string, reason: string) =>
  fault('PROMQL_SCRAPE_CONFIG_INVALID', { where, reason })

/** Of what stands there, or of the nearest thing around it. */
function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]) {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

/** Fields that Prometheus knows and this scraper does not, and what to do instead. */
const unsupported: readonly (readonly [RegExp, string])[] = [
  [/^(?!static|file)\w+_sd_configs$/, 'name the targets in static_configs or file_sd_configs'],
  [/^oauth2$/, 'use authorization with a credentials_file'],
  [/^(no_)?proxy_\w+$/, 'proxies are not used; let the target be reached directly'],
  [/native_histogram|nhcb|classic_histograms$/, 'native histograms are not kept'],
  [/^metric_name_\w+_scheme$/, 'names are letters, digits, "_" and ":"'],
]

function reasonOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const [, remedy] = unsupported.find(([pattern]) => pattern.test(key)) ?? []
    return remedy === undefined
      ? `there is no field "${key}"`
      : `field "${key}" is not supported: ${remedy}`
  }
  if (issue?.code === 'invalid_key') return reasonOf(issue.issues[0])
  if (issue?.code !== 'invalid_type') return issue?.message ?? ''
  const expected = { object: 'fields', record: 'fields', array: 'a list', string: 'a text' }
  const wanted = Object.entries(expected).find(([type]) => type === issue.expected)?.[1]
  return `expected ${wanted ?? issue.expected}`
}
