/** Durations as Prometheus writes them: `1d12h`, `30s`, `1h0m5s`, `0`. Units must fall in order. */

const unitsMs = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

const shape = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/

/** Milliseconds, or undefined where the text is no duration. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0
  const found = shape.exec(text)
  if (found === null || text === '') return undefined
  return unitsMs.reduce((sum, [, ms], i) => sum + Number(found[i + 1] ?? 0) * ms, 0)
}

const goUnitsMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
}

/** As Go reads durations: units in any order, with fractions: `1.5h`, `30s1m`. None is negative. */
export function parseGoDurationMs(text: string): number | undefined {
  if (!/^\+?(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined
  const terms = text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)
  return [...terms].reduce((sum, [, n, unit]) => sum + Number(n) * (goUnitsMs[unit ?? ''] ?? 0), 0)
}

/** The shortest exact text: `90_000` is `1m30s`. Years and weeks only when they divide. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s'
  let restMs = Math.round(durationMs)
  let text = ''
  for (const [unit, ms] of unitsMs) {
    const exactOnly = unit === 'y' || unit === 'w'
    if (restMs < ms || (exactOnly && restMs % ms !== 0)) continue
    text += `${Math.floor(restMs / ms)}${unit}`
    restMs %= ms
  }
  return text
}
