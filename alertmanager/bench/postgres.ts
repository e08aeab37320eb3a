/** The embedded PostgreSQL below a data directory, whoever started it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '#test/until'

/** 0: none runs. */
export function postgresPid(dataDir: string): number {
  const file = pidFile(dataDir)
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0
}

/** It outlives a program that was killed by a moment. */
export const postgresEnded = (dataDir: string) => until(() => !existsSync(pidFile(dataDir)))

const pidFile = (dataDir: string) => join(dataDir, 'postgresql/cluster/postmaster.pid')
