/** Asks smartctl: which devices there are, and what one of them says. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import { startProgram } from '#lib/proc/run'
import { complaintOf, isAsleep, isFatal } from './answer.ts'
import { type Json, listAt, numberAt, parseJson, textAt } from './json.ts'

export interface SmartDevice {
  /** As smartctl names it: `/dev/sda`. */
  readonly name: string
  /** How it is reached: `sat`, `scsi`, `nvme`, `megaraid,3`; absent: smartctl finds out. */
  readonly type?: string | undefined
}

export interface Smartctl {
  /** The devices, and the whole answer, which says the version too. */
  scan(stop: AbortSignal): Promise<{ devices: readonly SmartDevice[]; answer: Json }>
  /** Throws where the device cannot be read; exit bits beyond the first two are no reason. */
  read(device: SmartDevice, stop: AbortSignal): Promise<Json | 'asleep'>
}

export interface SmartctlOptions {
  readonly path: string
  readonly clock: Clock
  readonly deadlineMs: number
  /** The whole environment of smartctl; absent: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

const readArgs = [
  '-j',
  '--info',
  '--health',
  '--attributes',
  '--tolerance=verypermissive',
  '--nocheck=standby',
  '--format=brief',
  '--log=error',
]

export function createSmartctl({ path, clock, deadlineMs, env }: SmartctlOptions): Smartctl {
  const lingering = new Set<string>()
  const run = async (subject: string, args: readonly string[], signal: AbortSignal) => {
    // A process stuck in the kernel outlives its kill; a second one would get stuck beside it.
    if (lingering.has(subject)) throw new Error('the smartctl of an earlier reading still hangs')
    const { output, gone } = startProgram({ path, args, deadlineMs, env, signal }, clock)
    lingering.add(subject)
    void gone.then(() => lingering.delete(subject))
    const printed = await output
    const answer = parseJson(printed.output)
    if (answer === undefined) {
      const said = (printed.complaint || printed.output).trim().slice(0, 80)
      throw new Error(`smartctl printed no JSON: ${said || `exit status ${printed.exitCode}`}`)
    }
    return { answer, exitStatus: numberAt(answer, 'smartctl.exit_status') ?? printed.exitCode }
  }
  return {
    async scan(stop) {
      const { answer, exitStatus } = await run('scan', ['--scan-open', '-j'], stop)
      if (isFatal(exitStatus))
        throw fault('DEVICE_SCAN_REFUSED', { program: path, reason: complaintOf(answer) })
      return { devices: listAt(answer, 'devices').flatMap(deviceOf), answer }
    },
    async read({ name, type }, stop) {
      const args = [...readArgs, ...(type === undefined ? [] : [`--device=${type}`]), name]
      const { answer, exitStatus } = await run(`${name} ${type}`, args, stop).catch((cause) => {
        throw isMissing(cause) ? cause : unreadable(name, messageOf(cause))
      })
      if (isAsleep(answer)) return 'asleep'
      if (isFatal(exitStatus)) throw unreadable(name, complaintOf(answer))
      return answer
    },
  }
}

/** Whether there is no smartctl at all. */
export const isMissing = (error: unknown) =>
  error instanceof ZstoneError && error.code === 'PROGRAM_MISSING'

const unreadable = (device: string, reason: string) =>
  fault('DEVICE_UNREADABLE', { device, reason })

function deviceOf(entry: Json): SmartDevice[] {
  const name = textAt(entry, 'name')
  return name === undefined ? [] : [{ name, type: textAt(entry, 'type') }]
}
