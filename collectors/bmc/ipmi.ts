/** The management controller of this machine, asked through ipmitool or, without it, FreeIPMI. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { ProgramOutput } from '#lib/proc/run'
import type { Collector } from '../collector.ts'
import { createFamilies } from '../families.ts'
import { createProgram } from '../program.ts'
import { createReasons, type Reasons } from '../reasons.ts'
import { parseFreeipmiEvents, parseIpmitoolEvents, parsePower } from './events.ts'
import type { BmcFacts } from './facts.ts'
import { addBmc } from './metrics.ts'
import { optional } from './optional.ts'
import { parseFreeipmiSensors, parseIpmitoolSensors } from './sensors.ts'
import { parseSupplies } from './supplies.ts'

export interface IpmiOptions {
  readonly clock: Clock
  readonly log: Log
  /** A path, or a name that is looked for on the PATH; empty: never asked. */
  readonly ipmitoolPath?: string
  /** Where FreeIPMI's programs are, with a slash at its end; absent: on the PATH. */
  readonly freeipmiFolder?: string
  readonly everyMs?: number
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** It is asked sensor by sensor over a slow wire. Default 30 s a question. */
  readonly questionDeadlineMs?: number
}

/** Undefined: the program is not installed. */
type Ask = (args: readonly string[]) => Promise<ProgramOutput | undefined>

export function createIpmi(options: IpmiOptions): Collector {
  const { clock, log, env, everyMs = 60_000, questionDeadlineMs: deadlineMs = 30_000 } = options
  const { ipmitoolPath = 'ipmitool', freeipmiFolder = '' } = options
  const reasons = createReasons(log, 'question')
  const [ipmitool, ...freeipmi] = [
    ipmitoolPath,
    ...['ipmimonitoring', 'ipmi-sel', 'ipmi-dcmi'].map((name) => `${freeipmiFolder}${name}`),
  ].map((path) => createProgram({ path, clock, deadlineMs, env }))
  const whole = 4 * deadlineMs
  return {
    name: 'ipmi',
    deadlineMs: whole,
    pace: { everyMs, ageMsMax: 2 * everyMs + whole },
    async collect(stop) {
      const asking =
        (program: typeof ipmitool): Ask =>
        async (args) =>
          program?.ask(args, { subject: args.join(' '), stop })
      const [sensors = asking(undefined), events = sensors, power = sensors] = freeipmi.map(asking)
      const facts =
        (await readIpmitool(asking(ipmitool), reasons)) ??
        (await readFreeipmi({ sensors, events, power }, reasons))
      const families = createFamilies()
      if (facts !== undefined && facts !== 'none') addBmc(families, facts)
      return families.list()
    },
  }
}

/** One question after the other: the controller has one ear. */
async function readIpmitool(ask: Ask, reasons: Reasons): Promise<BmcFacts | 'none' | undefined> {
  const said = await ask(['sensor'])
  if (said === undefined || hasNoController(said)) return said && 'none'
  const sensors = parseIpmitoolSensors(said.output)
  if (sensors.length === 0) throw refused('ipmitool sensor', said)
  const supplies = await optional(reasons, 'power supplies', async () => {
    return parseSupplies(good(await ask(['sdr', 'type', 'Power Supply']), 'ipmitool sdr'))
  })
  const events = await optional(reasons, 'events', async () => {
    const info = good(await ask(['sel', 'info']), 'ipmitool sel')
    return parseIpmitoolEvents(info, good(await ask(['sel', 'elist', 'last', '1']), 'ipmitool sel'))
  })
  // Many controllers know nothing of DCMI, and say so with an error.
  const power = await optional(reasons, 'power', () => ask(['dcmi', 'power', 'reading']))
  const powerWatts = power?.exitCode === 0 ? parsePower(power.output) : undefined
  return { sensors, supplies: supplies ?? [], events, powerWatts }
}

async function readFreeipmi(
  { sensors: askSensors, events: askEvents, power: askPower }: Record<string, Ask>,
  reasons: Reasons,
): Promise<BmcFacts | 'none' | undefined> {
  const said = await askSensors?.([])
  if (said === undefined || hasNoController(said)) return said && 'none'
  const sensors = parseFreeipmiSensors(said.output)
  if (sensors.length === 0) throw refused('ipmimonitoring', said)
  const events = await optional(reasons, 'events', async () =>
    parseFreeipmiEvents(good(await askEvents?.(['--output-event-state']), 'ipmi-sel')),
  )
  const power = await optional(reasons, 'power', async () =>
    askPower?.(['--get-system-power-statistics']),
  )
  const powerWatts = power?.exitCode === 0 ? parsePower(power.output) : undefined
  return { sensors, supplies: [], events, powerWatts }
}

/** A machine without a controller is no fault. */
const hasNoController = ({ output, complaint }: ProgramOutput) =>
  /could not (open|find inband) device|driver is not loaded/i.test(`${complaint}\n${output}`)

function good(said: ProgramOutput | undefined, program: string): string {
  if (said?.exitCode !== 0) throw refused(program, said)
  return said.output
}

function refused(program: string, said: ProgramOutput | undefined) {
  const words = (said?.complaint || said?.output || '').trim().split('\n')[0]?.slice(0, 80)
  const reason = words || `exit status ${said?.exitCode ?? 'unknown'}`
  return fault('ANSWER_UNREADABLE', { program, reason })
}
