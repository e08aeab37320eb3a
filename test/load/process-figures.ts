/** What the kernel says a process, or a server with its children, has used (Linux). */
import { readdirSync, readFileSync } from 'node:fs'
import { loadavg } from 'node:os'

const tickMs = 10

/** User and system time of all its threads. */
export const cpuMs = (pid: number) => timesOf(pid).ownMs

/** Of a server and its children, those that have ended included. */
export function cpuMsOfFamily(parent: number): number {
  const { ownMs, childrenMs } = timesOf(parent)
  return childrenOf(parent).reduce((sum, pid) => sum + timesOf(pid).ownMs, ownMs + childrenMs)
}

export function residentMiB(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

/** Of a server and its children; what they have in common counts once. */
export function residentMiBOfFamily(parent: number): number {
  return [parent, ...childrenOf(parent)].reduce((sum, pid) => sum + proportionalMiB(pid), 0)
}

export const load = () => loadavg()[0]?.toFixed(2) ?? '?'

/** proc(5): fields 14 to 17; one that has ended while we looked has used nothing. */
function timesOf(pid: number) {
  const [user, system, childUser, childSystem] = fieldsOf(pid).slice(11, 15).map(Number)
  const inMs = (...ticks: (number | undefined)[]) =>
    ticks.reduce<number>((sum, count = 0) => sum + count * tickMs, 0)
  return { ownMs: inMs(user, system), childrenMs: inMs(childUser, childSystem) }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(fieldsOf(pid)[1]) === parent)
}

/** From the state on; the name before it may hold anything. */
function fieldsOf(pid: number): string[] {
  const stat = textOf(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function proportionalMiB(pid: number): number {
  const [, kib = 0] = /^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`)) ?? []
  return Number(kib) / 1024
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
