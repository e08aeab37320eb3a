/** The grouping key in the path of a push: `/job/<JOB>{/<LABEL>/<VALUE>}`. */
import { isUtf8 } from 'node:buffer'
import { fault } from '#api/errors'
import { quoteGo } from '#lib/go-text'
import { decodeName, isPlain } from './formats/names.ts'
import { byName, type LabelPair } from './text/family.ts'

const suffix = '@base64'

export interface KeyOptions {
  /** Whether names may have any letters, those that a URL cannot have escaped: `U__foo_2e_bar`. */
  readonly utf8Names: boolean
}

/** `rest` begins with `/`. */
export function parseGroupingKey(
  path: { readonly jobIsBase64: boolean; readonly job: string; readonly rest: string },
  options: KeyOptions = { utf8Names: false },
): readonly LabelPair[] {
  const job = path.jobIsBase64 ? decodeJob(path.job) : path.job
  const labels = labelsOf(path.rest, options)
  if (job === '') throw refused('job name is required')
  labels.set('job', job)
  return [...labels].sort(byName)
}

/** The same text for the same set of labels. An empty value counts: it is another group. */
export function groupKey(pairs: readonly LabelPair[]): string {
  return JSON.stringify(pairs)
}

function labelsOf(rest: string, { utf8Names }: KeyOptions): Map<string, string> {
  const labels = new Map<string, string>()
  if (rest.length <= 1) return labels
  const parts = rest.slice(1).split('/')
  if (parts.length % 2 !== 0)
    throw refused(`odd number of components in label string ${quoteGo(rest)}`)
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [given = '', value = ''] = parts.slice(i, i + 2)
    const isBase64 = given.endsWith(suffix)
    const written = isBase64 ? given.slice(0, -suffix.length) : given
    const name = utf8Names ? decodeName(written) : written
    const fits = utf8Names ? name !== '' : isPlain(name, 'label')
    if (!fits || name.startsWith('__')) throw refused(`improper label name ${quoteGo(written)}`)
    labels.set(name, isBase64 ? decodeValue(name, value) : value)
  }
  return labels
}

function decodeJob(job: string): string {
  const bytes = decodeBase64(job)
  if (typeof bytes !== 'number') return textOf('job', bytes)
  throw refused(`invalid base64 encoding in job name "": ${illegal(bytes)}`)
}

function decodeValue(name: string, value: string): string {
  const bytes = decodeBase64(value)
  if (typeof bytes !== 'number') return textOf(name, bytes)
  throw refused(`invalid base64 encoding for label ${name}=${quoteGo(value)}: ${illegal(bytes)}`)
}

/** RFC 4648 §5 without padding; the position of the first bad byte where it is not that. */
function decodeBase64(text: string): Buffer | number {
  const bare = text.replace(/=+$/, '')
  const bad = /[^A-Za-z0-9_-]/.exec(bare)
  if (bad !== null) return Buffer.byteLength(bare.slice(0, bad.index))
  if (bare.length % 4 === 1) return bare.length - 1
  return Buffer.from(bare, 'base64url')
}

const illegal = (position: number) => `illegal base64 data at input byte ${position}`

function textOf(name: string, bytes: Buffer): string {
  if (!isUtf8(bytes)) throw refused(`value of label ${quoteGo(name)} is not valid UTF-8`)
  return bytes.toString()
}

const refused = (reason: string) => fault('PUSHGATEWAY_KEY_MALFORMED', { reason })
