/** Who would be told of alerts: by the configuration of an alertmanager, in simulated time. */
import { checkConfig, loadConfig, type Rehearsal, rehearse } from '#alertmanager'
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import { createMatcher } from '#lib/matcher'
import type { Rehearse } from '#rules'

export interface AlertingOptions {
  /** Named by whoever asks: then it has to answer. */
  readonly url: URL | undefined
  readonly configFile: string | undefined
  /** Where there may be one, if nobody named one. */
  readonly guesses: readonly string[]
  readonly hasSilences: boolean
  readonly fromMs: number
  readonly toMs: number
}

export interface ReplayAlerting {
  /** Absent: there is no configuration. */
  readonly rehearse?: Rehearse
  /** For people: where it is from, or why there is none. */
  readonly about: string
}

export async function openReplayAlerting(options: AlertingOptions): Promise<ReplayAlerting> {
  const { configFile, url, guesses, hasSilences } = options
  if (configFile !== undefined && !hasSilences) {
    const config = await loadConfig(configFile)
    return { about: configFile, rehearse: rehearseBy({ ...options, config, silences: [] }) }
  }
  const asked = url === undefined ? guesses : [url.href]
  for (const base of asked.map((one) => one.replace(/\/+$/, ''))) {
    const status = await ask(base, 'status', url !== undefined || hasSilences)
    if (status === undefined) continue
    const config =
      configFile === undefined
        ? checkConfig(readable((status as Status).config.original), base)
        : await loadConfig(configFile)
    const silences = hasSilences ? await readSilences(base) : []
    return { about: base, rehearse: rehearseBy({ ...options, config, silences }) }
  }
  const why =
    asked.length === 0 ? 'no alertmanager is known' : `${asked.join(', ')} does not answer`
  return { about: `${why}: name one with --alertmanager, or --alertmanager-config` }
}

const rehearseBy =
  ({ config, silences, fromMs, toMs }: Omit<Rehearsal, 'alerts'>): Rehearse =>
  (alerts) =>
    rehearse({ config, silences, fromMs, toMs, alerts })

/** Secrets do not stand in what an alertmanager shows, and some of them have to be addresses. */
const readable = (shown: string) =>
  shown.replace(/(https?:\/\/)?<secret>/g, (_, scheme = 'http://') => `${scheme}secret.invalid/`)

const timeoutMs = 10_000

/** Undefined: nobody answers, and nobody has to. */
async function ask(base: string, what: string, isNeeded: boolean): Promise<unknown> {
  try {
    const response = await fetch(`${base}/api/v2/${what}`, {
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`it answered ${response.status}`)
    return await response.json()
  } catch (error) {
    if (!isNeeded) return undefined
    throw fault('REPLAY_SOURCE_SILENT', {
      source: base,
      reason: `does not say its ${what}: ${messageOf(error)}`,
    })
  }
}

/** As API v2 documents it. */
interface Status {
  readonly config: { readonly original: string }
}

interface ShownSilence {
  readonly id: string
  readonly matchers: readonly {
    readonly name: string
    readonly value: string
    readonly isRegex: boolean
    readonly isEqual?: boolean
  }[]
  readonly startsAt: string
  readonly endsAt: string
  readonly updatedAt: string
  readonly createdBy: string
  readonly comment: string
}

/** Those that have ended as well: an alertmanager remembers them for days. */
async function readSilences(base: string): Promise<Rehearsal['silences']> {
  const all = (await ask(base, 'silences', true)) as readonly ShownSilence[] // As documented.
  return all.map(({ matchers, startsAt, endsAt, updatedAt, ...one }) => ({
    ...one,
    matchers: matchers.map(({ name, value, isRegex, isEqual = true }) => {
      const operator = `${isEqual ? (isRegex ? '=' : '') : '!'}${isRegex ? '~' : '='}`
      return createMatcher(name, operator as '=', value) // One of the four.
    }),
    startsAtMs: Date.parse(startsAt),
    endsAtMs: Date.parse(endsAt),
    updatedAtMs: Date.parse(updatedAt),
  }))
}
