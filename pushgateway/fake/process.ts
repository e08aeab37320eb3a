/** Starts a gateway, ours or Debian's, as a child and finds out where it listens. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface GatewayProcess {
  readonly url: string
  readonly child: ChildProcess
  /** Ends it at once, as a power cut would, and waits until it is gone. */
  kill(): Promise<void>
}

const program = fileURLToPath(new URL('./program.ts', import.meta.url))

export function startOurs(folder: string, flags: readonly string[] = []): Promise<GatewayProcess> {
  const args = [program, folder, ...flags]
  return start({ command: process.execPath, args, url: /(http:\S+)/ })
}

/** Debian's package, version 1.5.1 in bookworm. */
export const debianGateway = '/usr/bin/prometheus-pushgateway'

export function startDebians(flags: readonly string[] = []): Promise<GatewayProcess> {
  const args = ['--web.listen-address=127.0.0.1:0', '--persistence.file=', ...flags]
  return start({ command: debianGateway, args, url: /Listening on.*address=(\S+:\d+)/ })
}

async function start(given: {
  command: string
  args: readonly string[]
  url: RegExp
}): Promise<GatewayProcess> {
  const child = spawn(given.command, given.args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk
      const found = given.url.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${given.command} ended: ${said}`)))
  })
  return {
    url: address.startsWith('http') ? address : `http://${address}`,
    child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
