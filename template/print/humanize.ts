/** Seconds for people, as Prometheus and its Alertmanager both write them. */
import { formatSignificant } from '#lib/go-number'

/** `14d 6h 56m 7s`, and below a second `12.3ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return formatSignificant(seconds, 4)
  if (seconds === 0) return `${formatSignificant(seconds, 4)}s`
  if (Math.abs(seconds) < 1) return `${scaledUp(seconds)}s`
  const sign = seconds < 0 ? '-' : ''
  const whole = BigInt(Math.trunc(Math.abs(seconds))) // Exact beyond 2^53, as Go's int64 is.
  const parts = [
    [whole / 86_400n, 'd'],
    [(whole / 3600n) % 24n, 'h'],
    [(whole / 60n) % 60n, 'm'],
    [whole % 60n, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count !== 0n)
  if (first === 3) return `${sign}${formatSignificant(Math.abs(seconds), 4)}s`
  const shown = parts.slice(first).map(([count, unit]) => `${count}${unit}`)
  return sign + shown.join(' ')
}

const small = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']

/** `0.0123` is `12.3m`. */
export function scaledUp(number: number): string {
  let rest = number
  let prefix = ''
  for (const next of small) {
    if (Math.abs(rest) >= 1) break
    prefix = next
    rest *= 1000
  }
  return formatSignificant(rest, 4) + prefix
}
