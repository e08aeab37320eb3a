/** Starts a gateway, ours or Debian's, as a child and finds out where it listens. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#lib/clock'

export interface GatewayProcess {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly child: ChildProcess
  /** Ends it at once, as a power cut would, and waits until it is gone. */
  kill(): Promise<void>
  /** Asks it to end, so that it can write what it keeps; kills it after `withinMs`. */
  stop(withinMs: number): Promise<void>
}

interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly withinMs?: number
}

const program = fileURLToPath(new URL('./program.ts', import.meta.url))
const shipped = fileURLToPath(new URL('../../bin/zstone-pushgateway', import.meta.url))

/** The part alone, which starts quickest. */
export function startOurs(folder: string, flags: readonly string[] = []): Promise<GatewayProcess> {
  return start({ command: process.execPath, args: [program, folder, ...flags] })
}

/** What users start. */
export function startShipped(
  folder: string,
  flags: readonly string[] = [],
): Promise<GatewayProcess> {
  const args = ['--web.listen-address=127.0.0.1:0', `--persistence.file=${folder}`, ...flags]
  return start({ command: shipped, args })
}

/** Debian's package, version 1.5.1 in bookworm. */
export const debianGateway = '/usr/bin/prometheus-pushgateway'

/** `keptIn` is the file that it writes when it ends and reads when it starts; none: memory only. */
export function startDebians(
  flags: readonly string[] = [],
  { keptIn = '', withinMs = 120_000 } = {},
): Promise<GatewayProcess> {
  const args = ['--web.listen-address=127.0.0.1:0', `--persistence.file=${keptIn}`, ...flags]
  return start({ command: debianGateway, args, withinMs })
}

/** Every gateway says its address in one of its first lines, each in a form of its own. */
const address = /\b127\.0\.0\.1:(\d{2,5})\b/

async function start({ command, args, withinMs = 120_000 }: Program): Promise<GatewayProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const port = await new Promise<string>((resolve, reject) => {
    const patience = systemClock.after(withinMs, () => {
      child.kill('SIGKILL')
      reject(new Error(`${command} did not listen within ${withinMs} ms: ${said}`))
    })
    const hear = (chunk: Buffer) => {
      said = (said + chunk).slice(-100_000)
      const found = address.exec(said)?.[1]
      if (found === undefined) return
      patience.cancel()
      resolve(found)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('exit', () => {
      patience.cancel()
      reject(new Error(`${command} ended: ${said}`))
    })
  })
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port: Number(port),
    pid: child.pid ?? 0,
    child,
    kill: () => end('SIGKILL'),
    async stop(withinMs) {
      const patience = systemClock.after(withinMs, () => child.kill('SIGKILL'))
      await end('SIGTERM')
      patience.cancel()
    },
  }
}
