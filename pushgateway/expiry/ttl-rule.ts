/** The setting `--push.ttl-for='job=~"batch-.*"=1h'`: labels of groups, and their TTL. */
import type { Setting } from '#lib/config'
import { formatDuration, parseDurationMs, parseGoDurationMs } from '#lib/duration'
import type { Matcher } from '#lib/matcher'
import { parseSelector } from '#lib/selector'

export interface TtlRule {
  /** As it was given. */
  readonly selector: string
  readonly matchers: readonly Matcher[]
  /** 0: such groups live for ever. */
  readonly ttlMs: number
}

/** Several rules in one text, as the environment has them, stand on a line each. */
export const ttlRules = (
  options: Omit<Setting<readonly TtlRule[]>, 'parse' | 'default'>,
): Setting<readonly TtlRule[]> => ({
  ...options,
  default: [],
  repeats: true,
  show: (rules) =>
    rules.map(({ selector, ttlMs }) => `${selector}=${formatDuration(ttlMs)}`).join('\n'),
  parse: (raw) => {
    const given = Array.isArray(raw) ? raw.map(String) : String(raw).split('\n')
    return given.filter((line) => line.trim() !== '').map(parseTtlRule)
  },
})

/** Throws a sentence that shows the right form. */
export function parseTtlRule(text: string): TtlRule {
  const at = text.lastIndexOf('=')
  const selector = text.slice(0, at).trim()
  const time = text.slice(at + 1).trim()
  const ttlMs = parseDurationMs(time) ?? parseGoDurationMs(time)
  if (at <= 0 || ttlMs === undefined)
    throw new Error(`expected labels and a duration such as job=~"batch-.*"=1h, found "${text}"`)
  const matchers = parseSelector(selector)
  if (matchers.length === 0) throw new Error(`expected labels before the duration in "${text}"`)
  return { selector, matchers, ttlMs }
}
