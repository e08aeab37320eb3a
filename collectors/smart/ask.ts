/** Asks smartctl: which devices there are, and what one of them says. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import { startProgram } from '#lib/proc/run'
import { complaintOf, isAsleep, isFatal, isMisunderstood } from './answer.ts'
import { keyOf, type SmartDevice } from './device.ts'
import type { DriveDatabase } from './drive-database.ts'
import { type Json, listAt, numberAt, parseJson, textAt } from './json.ts'
import { createPlans, type Plan } from './plan.ts'

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
  readonly database?: DriveDatabase | undefined
}

interface Answered {
  readonly answer: Json
  readonly exitStatus: number
}

export function createSmartctl(options: SmartctlOptions): Smartctl {
  const { path, clock, deadlineMs, env, database } = options
  const plans = createPlans(database)
  const lingering = new Set<string>()
  const run = async (subject: string, args: readonly string[], signal: AbortSignal) => {
    // A process stuck in the kernel outlives its kill; a second one would get stuck beside it.
    if (lingering.has(subject))
      throw new Loss('hangs', 'the smartctl of an earlier reading still hangs')
    const { output, gone } = startProgram({ path, args, deadlineMs, env, signal }, clock)
    lingering.add(subject)
    void gone.then(() => lingering.delete(subject))
    const printed = await output
    // Where the same device is asked again at once, the last process must not stand in its way.
    await gone
    const answer = parseJson(printed.output)
    if (answer === undefined) {
      const said = (printed.complaint || printed.output).trim().slice(0, 80)
      const detail = said || `exit status ${printed.exitCode}`
      throw new Loss('garbage', `smartctl printed no JSON: ${detail}`)
    }
    return { answer, exitStatus: numberAt(answer, 'smartctl.exit_status') ?? printed.exitCode }
  }
  const ask = (device: SmartDevice, plan: Plan, stop: AbortSignal) => {
    const { name, type } = device
    const args = [...plan.args, ...(type === undefined ? [] : [`--device=${type}`]), name]
    return run(keyOf(device), args, stop).catch((cause) => {
      if (isMissing(cause)) throw cause
      throw unreadable(name, lossKindOf(cause), messageOf(cause))
    })
  }
  const betterPlan = (plan: Plan, { answer, exitStatus }: Answered): Plan | undefined => {
    if (isMisunderstood(exitStatus) && plan !== plans.plainPlan) return plans.plainPlan
    return plans.isOutdated(plan, answer) ? plans.wholePlan : undefined
  }
  return {
    async scan(stop) {
      const { answer, exitStatus } = await run('scan', ['--scan-open', '-j'], stop)
      if (isFatal(exitStatus))
        throw fault('DEVICE_SCAN_REFUSED', { program: path, reason: complaintOf(answer) })
      return { devices: listAt(answer, 'devices').flatMap(deviceOf), answer }
    },
    async read(device, stop) {
      const plan = plans.planOf(device)
      const first = await ask(device, plan, stop)
      const better = betterPlan(plan, first)
      const { answer, exitStatus } = better === undefined ? first : await ask(device, better, stop)
      // A wrong type of device is refused alike; then the flags were not what was wrong.
      if (better === plans.plainPlan && !isMisunderstood(exitStatus)) plans.simplify()
      if (isAsleep(answer)) return 'asleep'
      if (isFatal(exitStatus)) throw unreadable(device.name, 'refused', complaintOf(answer))
      plans.learn(device, answer)
      return answer
    },
  }
}

/** Why a device was lost, in one word of few: the label of a metric. */
const lossKinds = ['garbage', 'hangs', 'late', 'no_time', 'refused', 'unusable'] as const
export type LossKind = (typeof lossKinds)[number]

const isLossKind = (kind: unknown): kind is LossKind => lossKinds.some((each) => each === kind)

export const unreadable = (device: string, kind: LossKind, reason: string) =>
  fault('DEVICE_UNREADABLE', { device, kind, reason })

/** Of an error of `read`. */
export function lossKindOf(error: unknown): LossKind {
  if (!(error instanceof ZstoneError)) return error instanceof Loss ? error.kind : 'unusable'
  const { kind } = error.details
  if (isLossKind(kind)) return kind
  if (error.code === 'PROGRAM_TIMED_OUT') return 'hangs'
  return error.code === 'PROGRAM_STOPPED' ? 'no_time' : 'unusable'
}

class Loss extends Error {
  readonly kind: LossKind

  constructor(kind: LossKind, reason: string) {
    super(reason)
    this.kind = kind
  }
}

/** Whether there is no smartctl at all. */
export const isMissing = (error: unknown) =>
  error instanceof ZstoneError && error.code === 'PROGRAM_MISSING'

function deviceOf(entry: Json): SmartDevice[] {
  const name = textAt(entry, 'name')
  return name === undefined ? [] : [{ name, type: textAt(entry, 'type') }]
}
