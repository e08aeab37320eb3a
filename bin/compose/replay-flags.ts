/** The flags of `zstnadm replay`. */
import { parseArgs } from 'node:util'
import { fault } from '#api/errors'
import { parseDurationMs } from '#lib/duration'

export const replayUsage = `usage: zstnadm replay [flags] --changed FILE…

Says which alerts changed rules would have made of the samples that are there, and what
receivers would have been told, beside what the running rules made of them. Without
--changed: whether the running rules make again of the samples what they recorded.

  --changed FILE…            rule files, folders or patterns; each takes the place of the
                             running file of its name, or else of the groups of its names
  --rules FILE…              the rules to compare with; default: those that run there.
                             Then --changed has to name all rules
  --from=TIME, --to=TIME     24h (ago), RFC 3339, seconds since 1970, now;
                             default: 24h, or less where the samples do not go back so far
  --zstone=URL               default: http://127.0.0.1:9090
  --prometheus=URL           any server with Prometheus's HTTP API instead
  --alertmanager=URL         whose configuration tells who is told; default: the one that
                             the server names
  --alertmanager-config=FILE that configuration as a file
  --silences                 silences that the alertmanager knows hold back here too
  --json                     everything, for programs

Ends with 0: the same alerts and notifications; 1: others; 2: it could not be replayed;
3: the same as far as could be judged, for want of samples.`

export interface ReplayFlags {
  readonly changed: readonly string[]
  readonly rules: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  readonly isFromGiven: boolean
  readonly url: URL
  readonly alertmanager: URL | undefined
  readonly alertmanagerConfig: string | undefined
  readonly hasSilences: boolean
  readonly isJson: boolean
}

const options = {
  changed: { type: 'string', multiple: true },
  rules: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string', default: 'now' },
  zstone: { type: 'string' },
  prometheus: { type: 'string' },
  alertmanager: { type: 'string' },
  'alertmanager-config': { type: 'string' },
  silences: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Undefined: somebody asks how it is used. */
export function readFlags(args: readonly string[], nowMs: number): ReplayFlags | undefined {
  const { values, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    tokens: true,
  })
  if (values.help) return undefined
  const { prometheus, zstone = 'http://127.0.0.1:9090', from = '24h', alertmanager } = values
  const toMs = timeIn('--to', values.to, nowMs)
  const fromMs = timeIn('--from', from, nowMs)
  if (fromMs >= toMs) throw invalid('--from', from, 'a time before --to')
  return {
    ...filesIn(tokens),
    ...{ fromMs, toMs, isFromGiven: values.from !== undefined },
    url: prometheus === undefined ? urlIn('--zstone', zstone) : urlIn('--prometheus', prometheus),
    alertmanager: alertmanager === undefined ? undefined : urlIn('--alertmanager', alertmanager),
    alertmanagerConfig: values['alertmanager-config'],
    ...{ hasSilences: values.silences, isJson: values.json },
  }
}

interface Token {
  readonly kind: string
  readonly name?: string
  readonly value?: string | boolean | undefined
}

/** A shell makes several words of a pattern: they belong to the flag before them. */
function filesIn(tokens: readonly Token[]): Pick<ReplayFlags, 'changed' | 'rules'> {
  const files = { changed: [] as string[], rules: [] as string[] }
  let last: 'changed' | 'rules' = 'changed'
  for (const { kind, name, value } of tokens) {
    if (kind === 'option' && (name === 'changed' || name === 'rules')) last = name
    else if (kind !== 'positional') continue
    files[last].push(String(value))
  }
  return files
}

/** A duration is so long ago. */
function timeIn(parameter: string, text: string, nowMs: number): number {
  if (text === 'now') return nowMs
  const agoMs = parseDurationMs(text)
  if (agoMs !== undefined) return nowMs - agoMs
  const ms = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text)
  if (Number.isSafeInteger(ms)) return ms
  throw invalid(parameter, text, 'a time such as 24h, 2026-01-31T12:00:00Z or now')
}

function urlIn(parameter: string, text: string): URL {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol)) return url
  throw invalid(parameter, text, 'an address such as http://127.0.0.1:9090')
}

const invalid = (parameter: string, given: string, wanted: string) =>
  fault('REPLAY_INVALID', { parameter, given, wanted })
