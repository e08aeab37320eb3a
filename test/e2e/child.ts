/** Programs as child processes: what they say is kept, and none outlives the test file. */
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { searchPath } from '#test/environment'

export interface Child {
  readonly pid: number
  stdout(): string
  stderr(): string
  /** Undefined while it runs; the code, or the signal that ended it. */
  readonly result: () => number | NodeJS.Signals | undefined
  /** Resolves when it has ended and all that it said is here. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Sends a signal, and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>
  /** Like Ctrl-C in a terminal: the programs that it started for itself are interrupted as well. */
  interrupt(): Promise<number | NodeJS.Signals>
}

export interface ChildOptions {
  readonly args?: readonly string[]
  /** The search path is there already, and nothing else. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly uid?: number
  readonly gid?: number
  /** It is killed after that, with all that it started. */
  readonly withinMs: number
}

export const repository = fileURLToPath(new URL('../..', import.meta.url))
export const programOf = (name: string) => path.join(repository, 'bin', name)

/** Whoever was asked to end, and has not by then, hangs. */
const patienceMs = 60_000

const running = new Set<Child>()
const folders: string[] = []

afterAll(async () => {
  await Promise.all([...running].map((child) => child.end('SIGTERM')))
  for (const folder of folders)
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}, 2 * patienceMs)

export function startChild(program: string, options: ChildOptions): Child {
  const { args = [], env = {}, withinMs, ...where } = options
  const spawned = spawn(program, args, {
    ...where,
    env: { PATH: searchPath(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // A process group of its own, so that it can be killed as a whole.
  })
  const said = { stdout: gather(spawned.stdout), stderr: gather(spawned.stderr) }
  const deadline = systemClock.after(withinMs, () => signalGroup(spawned, 'SIGKILL'))
  let result: number | NodeJS.Signals | undefined
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    spawned.once('error', reject)
    spawned.once('close', (code, signal) => {
      deadline.cancel()
      running.delete(child)
      result = code ?? signal ?? 'SIGKILL' // One of the two is always given.
      resolve(result)
    })
  })
  const endSoon = () => {
    const patience = systemClock.after(patienceMs, () => signalGroup(spawned, 'SIGKILL'))
    return ended.finally(() => patience.cancel())
  }
  const child: Child = {
    ...{ ...said, ended, pid: spawned.pid ?? 0, result: () => result },
    end(signal) {
      spawned.kill(signal)
      return endSoon()
    },
    interrupt() {
      signalGroup(spawned, 'SIGINT')
      return endSoon()
    },
  }
  running.add(child)
  return child
}

/** A folder that every user may enter, removed after the last test of the file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-e2e-'))
  folders.push(folder)
  await fs.chmod(folder, 0o755) // As root the embedded PostgreSQL is another user.
  return folder
}

const keptCharacters = 1_000_000

function gather(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-keptCharacters)
  })
  return () => text
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // All of them have ended.
  }
}
