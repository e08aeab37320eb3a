/** The platform under test: `zstone` as a child process, which can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { type Clock, sleep } from '#lib/clock'

export interface Platform {
  /** Starts it and waits until it says that it is ready; how long that took. */
  start(): Promise<number>
  /** `kill -9`: nothing gets a chance to be put in order. */
  kill(): Promise<void>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number>
}

export interface PlatformOptions {
  /** The executable. */
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly logPath: string
  readonly readyUrl: string
  readonly clock: Clock
  readonly startMsMax: number
  /** Aborts: the platform is stopped, wherever the demo is. */
  readonly signal: AbortSignal
}

export function createPlatform(options: PlatformOptions): Platform {
  const { clock } = options
  let child: ChildProcess | undefined
  options.signal.addEventListener('abort', () => child?.kill('SIGTERM'))
  const ended = (process: ChildProcess) =>
    new Promise<number>((resolve) => {
      if (process.exitCode !== null || process.signalCode !== null)
        return resolve(process.exitCode ?? 1)
      process.once('exit', (code) => resolve(code ?? 1))
    })
  return {
    async start() {
      const startedMs = clock.monotonicMs()
      const log = openSync(options.logPath, 'a')
      child = spawn(options.program, options.args, {
        env: options.env,
        stdio: ['ignore', log, log],
      })
      while (!(await isReady(options.readyUrl))) {
        const tookMs = clock.monotonicMs() - startedMs
        const hasEnded = child.exitCode !== null || child.signalCode !== null
        if (hasEnded || tookMs > options.startMsMax)
          throw new Error(`zstone did not become ready; its log: ${options.logPath}`)
        await sleep(clock, 50)
      }
      return clock.monotonicMs() - startedMs
    },
    async kill() {
      if (child === undefined) return
      child.kill('SIGKILL')
      await ended(child)
    },
    async stop() {
      if (child === undefined) return 0
      child.kill('SIGTERM')
      return ended(child)
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}
