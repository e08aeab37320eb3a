/** `zstnadm explain`: asks the Prometheus API of zstone why a rule fires, or does not. */
import { parseArgs } from 'node:util'
import { type Explanation, printExplanation } from '#rules'

export const explainUsage = `usage: zstnadm explain [flags] RULE

Says why a rule fires, not yet, or not: the values at each part of its expression and
the samples behind them. RULE is a name, or group/name.

  --labels={name="value",…}  only what is about these labels, such as those of an alert
  --time=TIME                seconds since 1970 or RFC 3339; default: now
  --url=URL                  of zstone's Prometheus API; default: http://127.0.0.1:9090
  --json                     everything, for programs`

const timeoutMs = 30_000

const options = {
  labels: { type: 'string', default: '' },
  time: { type: 'string', default: '' },
  url: { type: 'string', default: 'http://127.0.0.1:9090' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** The text to print; rejects with one line where there is no answer. */
export async function explainRule(args: readonly string[]): Promise<string> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [rule, ...others] = positionals
  if (values.help) return `${explainUsage}\n`
  if (rule === undefined || others.length > 0)
    throw new Error('Cannot explain: name one rule, as in "zstnadm explain DiskFailing"')
  const { labels, time, url, json } = values
  const asked = new URLSearchParams({ rule, labels, time })
  const found = await ask(`${url.replace(/\/+$/, '')}/api/v1/explain?${asked}`)
  return json ? `${JSON.stringify(found, null, 2)}\n` : found.map(printExplanation).join('\n')
}

async function ask(url: string): Promise<readonly Explanation[]> {
  const { origin } = new URL(url)
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((cause) => {
    throw new Error(`Cannot explain: ${origin} does not answer; name zstone's with --url`, {
      cause,
    })
  })
  const text = await answer.text()
  // Of another server it may be anything; ours has these two.
  const body = text.startsWith('{') ? (JSON.parse(text) as Partial<Answer>) : {}
  if (body.data !== undefined) return body.data.rules
  throw new Error(body.error ?? `Cannot explain: ${origin} answered ${answer.status}`)
}

interface Answer {
  readonly data: { readonly rules: readonly Explanation[] }
  readonly error: string
}
