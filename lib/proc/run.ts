/** Runs another program to its end: bounded in time and output, killed with all that it started. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../clock.ts'
import { formatDuration } from '../duration.ts'
import { faultsOf, messageOf } from '../errors.ts'

const programFault = faultsOf({
  PROGRAM_KILLED: {
    status: 500,
    retry: true,
    message: 'Cannot run {program}: it was ended by signal {signal}',
  },
  PROGRAM_MISSING: {
    status: 500,
    retry: false,
    message: 'Cannot run {program}: no such program; install it or set its path',
  },
  PROGRAM_OUTPUT_TOO_LONG: {
    status: 500,
    retry: true,
    message: 'Cannot run {program}: it printed more than {limitBytes} bytes',
  },
  PROGRAM_STOPPED: { status: 500, retry: true, message: 'Cannot run {program}: it was called off' },
  PROGRAM_TIMED_OUT: {
    status: 500,
    retry: true,
    message: 'Cannot run {program}: it was not done within {deadline}',
  },
  PROGRAM_UNUSABLE: { status: 500, retry: false, message: 'Cannot run {program}: {reason}' },
})

export interface ProgramOptions {
  /** A path, or a name that is looked for on the PATH. */
  readonly path: string
  readonly args: readonly string[]
  readonly deadlineMs: number
  /** Default 4 MiB. */
  readonly outputBytesMax?: number
  /** The whole environment of the program; absent: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Aborted: the program is killed. */
  readonly signal?: AbortSignal
}

export interface ProgramOutput {
  readonly exitCode: number
  readonly output: string
  /** The first 4 KiB of standard error. */
  readonly complaint: string
}

export interface RunningProgram {
  /** Settles at the deadline at the latest, even where the kernel holds the process. */
  readonly output: Promise<ProgramOutput>
  /** Resolves when the process is really gone. A caller that waits starts no second one beside. */
  readonly gone: Promise<void>
}

export function startProgram(options: ProgramOptions, clock: Clock): RunningProgram {
  const { path: program, deadlineMs, outputBytesMax = 4 * 1024 * 1024, signal } = options
  // Its own process group, so that what it started dies with it.
  const child = spawn(program, options.args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.env === undefined ? {} : { env: options.env }),
  })
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  const output = new Promise<ProgramOutput>((resolve, reject) => {
    const giveUp = (reason: Error) => {
      killGroup(child)
      finish(() => reject(reason))
    }
    const stop = () => giveUp(programFault('PROGRAM_STOPPED', { program }))
    const timer = clock.after(deadlineMs, () =>
      giveUp(programFault('PROGRAM_TIMED_OUT', { program, deadline: formatDuration(deadlineMs) })),
    )
    const finish = (settle: () => void) => {
      timer.cancel()
      signal?.removeEventListener('abort', stop)
      settle()
    }
    signal?.addEventListener('abort', stop, { once: true })
    const printed = gather(child.stdout, outputBytesMax, () =>
      giveUp(programFault('PROGRAM_OUTPUT_TOO_LONG', { program, limitBytes: outputBytesMax })),
    )
    const complained = gather(child.stderr, 4096, () => {})
    child.once('error', (error) => finish(() => reject(explained(error, program))))
    child.once('close', (exitCode, killedBy) =>
      finish(() =>
        exitCode === null
          ? reject(programFault('PROGRAM_KILLED', { program, signal: killedBy }))
          : resolve({ exitCode, output: printed(), complaint: complained().trim() }),
      ),
    )
    if (signal?.aborted) stop()
  })
  return { output, gone }
}

/** Keeps up to `limitBytes` and reads on, so that the writer is never blocked. */
function gather(stream: NodeJS.ReadableStream, limitBytes: number, onMore: () => void) {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  stream.on('data', (chunk: Buffer) => {
    if (sizeBytes + chunk.length > limitBytes) onMore()
    else chunks.push(chunk)
    sizeBytes += chunk.length
  })
  return () => Buffer.concat(chunks).toString('utf8')
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}

function explained(error: NodeJS.ErrnoException, program: string) {
  return error.code === 'ENOENT'
    ? programFault('PROGRAM_MISSING', { program })
    : programFault('PROGRAM_UNUSABLE', { program, reason: error.code ?? messageOf(error) })
}
