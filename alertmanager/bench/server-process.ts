/** One alertmanager, ours or Debian's, as a child that can be ended and started on what it kept. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { sleep, systemClock } from '#lib/clock'
import { searchPath } from '#test/environment'
import { cpuMs, residentMiB } from '#test/load/process-figures'

export interface ServerProgram {
  readonly command: string
  readonly args: readonly string[]
  /** Over what it inherits. */
  readonly env?: Readonly<Record<string, string>>
  readonly port: number
}

export interface ServerProcess {
  readonly port: number
  start(): Promise<void>
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
  /** SIGTERM, likewise. */
  stop(): Promise<void>
  /** Of all its lives. */
  cpuMs(): number
  residentMiB(): number
}

/** Those that would outlive this process. */
const alive = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

const limits = { startMs: 120_000, stopMs: 60_000 }

export function serverProcess(program: ServerProgram): ServerProcess {
  let child: ChildProcess | undefined
  let pastCpuMs = 0
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const ending = child
    if (ending?.pid === undefined) return
    pastCpuMs += cpuMs(ending.pid)
    child = undefined
    if (ending.exitCode !== null || ending.signalCode !== null) return
    const gone = once(ending, 'exit')
    ending.kill(signal)
    const patience = systemClock.after(limits.stopMs, () => ending.kill('SIGKILL'))
    await gone
    patience.cancel()
  }
  return {
    port: program.port,
    async start() {
      child = spawn(program.command, program.args, {
        env: { PATH: searchPath(), ...program.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const own = child
      alive.add(own)
      own.once('exit', () => alive.delete(own))
      await ready(own, program)
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    cpuMs: () => pastCpuMs + (child?.pid === undefined ? 0 : cpuMs(child.pid)),
    residentMiB: () => (child?.pid === undefined ? 0 : residentMiB(child.pid)),
  }
}

async function ready(child: ChildProcess, { command, port }: ServerProgram): Promise<void> {
  let said = ''
  const hear = (chunk: Buffer) => {
    said = (said + chunk).slice(-5000)
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  const endMs = systemClock.monotonicMs() + limits.startMs
  while (systemClock.monotonicMs() < endMs && child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(systemClock, 50)
  }
  child.kill('SIGKILL')
  throw new Error(`${command} did not get ready: ${said}`)
}
