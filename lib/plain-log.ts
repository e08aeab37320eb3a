/**
 * Log lines as pino writes them, without pino: for a program that logs little and is to stay small.
 * Pino brings worker threads and takes 4 MB.
 */
import { systemClock } from './clock.ts'
import { messageOf } from './errors.ts'
import type { Log, LogLevel } from './log.ts'

const levels = ['debug', 'info', 'warn', 'error'] as const

export interface LineSink {
  write(line: string): unknown
}

export function createPlainLog(level: LogLevel, out: LineSink, bound: object = {}): Log {
  const least = level === 'silent' ? levels.length : levels.indexOf(level)
  const at = (own: (typeof levels)[number]) => {
    if (levels.indexOf(own) < least) return () => {}
    return (fields: object, message: string) => {
      const time = new Date(systemClock.nowMs()).toISOString()
      const line = { level: own, time, ...bound, ...fields, msg: message }
      out.write(`${JSON.stringify(line, asText)}\n`)
    }
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => createPlainLog(level, out, { ...bound, ...fields }),
  }
}

/** JSON has no errors and no large whole numbers. */
function asText(_: string, value: unknown): unknown {
  if (value instanceof Error) return messageOf(value)
  return typeof value === 'bigint' ? String(value) : value
}
