/** What the kernel says a process has used (Linux). */
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'

const tickMs = 10

/** User and system time of all its threads. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

export function residentMiB(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

export const load = () => loadavg()[0]?.toFixed(2) ?? '?'
