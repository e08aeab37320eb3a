/** Log lines as `time=… level=INFO msg="…" key=value`, the Prometheus servers' default form. */
import type { DestinationStream } from 'pino'

/** Takes the JSON lines of `lib/log.ts` and writes each as logfmt. */
export function logfmtStream(out: DestinationStream): DestinationStream {
  return { write: (line) => out.write(`${logfmtOf(line)}\n`) }
}

function logfmtOf(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line)
  const pairs = [
    ['time', time],
    ['level', String(level).toUpperCase()],
    ['msg', msg],
    ...Object.entries(fields),
  ]
  return pairs.map(([key, value]) => `${key}=${quoted(textOf(value))}`).join(' ')
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function quoted(text: string): string {
  return text === '' || /[\s="\\\p{C}]/u.test(text) ? JSON.stringify(text) : text
}
