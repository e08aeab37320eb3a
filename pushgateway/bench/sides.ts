/** The course of the benchmark: ours, then Debian's with its check off and on. */
import { join } from 'node:path'
import { systemClock } from '#lib/clock'
import { type GatewayProcess, startDebians, startShipped } from '../fake/process.ts'
import { pushPaced } from './load.ts'
import {
  fill,
  look,
  note,
  noteResident,
  openPage,
  pushAll,
  pushCost,
  pushWhileScraped,
  type Subject,
  scrapeAll,
} from './steps.ts'
import {
  type Figures,
  largeCost,
  largeRate,
  lossRow,
  orderRow,
  protobufCost,
  secondLossRow,
  smallRate,
} from './table.ts'
import { large, small, smallProtobuf, type Workload } from './workload.ts'

export interface Plan {
  readonly folder: string
  /** Numbers of stored groups at which the cost of a push is measured, rising. */
  readonly groups: readonly number[]
  /** How many of them the original's check can be asked to look at. */
  readonly groupsCheckedMax: number
  readonly forMs: number
  readonly say: (text: string) => void
}

const pageGroups = 5000 // 100,000 series.
const rateGroups = 1000
const largeGroups = 100
const lossPushes = 500

export async function measureOurs(plan: Plan): Promise<Figures> {
  const figures: Figures = new Map()
  const folder = join(plan.folder, 'ours')
  const open = () => startShipped(folder)
  let gateway = await open()
  try {
    const groups = await climb({ gateway, figures }, plan)
    plan.say(`scrapes of ${groups * small.samples} series`)
    await scrapeAll({ gateway, figures }, { groups })
    noteResident({ gateway, figures })
    plan.say('pushes while it is scraped')
    await pushWhileScraped({ gateway, figures }, { groups, forMs: plan.forMs * 2 })
    plan.say('kill -9 and start')
    await gateway.kill()
    const startMs = systemClock.monotonicMs()
    gateway = await open()
    note(figures, 'start with all that stored', (systemClock.monotonicMs() - startMs) / 1000)
    const found = await look(gateway)
    note(figures, 'groups lost by that restart', found && groups - found.groups)
    note(figures, orderRow, found?.outOfOrder)
  } finally {
    await gateway.kill()
  }
  plan.say(`pushes of ${large.samples} samples`)
  await pushLarge(await startShipped(join(plan.folder, 'large')), { figures, plan })
  plan.say(lossRow)
  const lossFolder = join(plan.folder, 'loss')
  note(figures, lossRow, await lossOf(() => startShipped(lossFolder)))
  return figures
}

/** Fills it step by step; says how many groups it holds at the end. */
async function climb(subject: Subject, plan: Plan): Promise<number> {
  let filled = 0
  const most = plan.groups.at(-1) ?? 0
  plan.say('warm up')
  await pushAll(subject.gateway, { groups: plan.groups[0] ?? 1, forMs: plan.forMs })
  for (const groups of [...new Set([...plan.groups, pageGroups])].sort((a, b) => a - b)) {
    if (groups > most) break
    plan.say(`${groups} groups`)
    if (!(await fill(subject.gateway, { from: filled, to: groups }))) break
    filled = groups
    if (groups === pageGroups) await openPage(subject)
    if (!plan.groups.includes(groups)) continue
    const pushed = await pushCost(subject, { groups, forMs: plan.forMs })
    if (groups !== rateGroups) continue
    note(subject.figures, smallRate, pushed?.perSecond)
    const given = { groups, forMs: plan.forMs, workload: smallProtobuf }
    note(subject.figures, protobufCost, (await pushAll(subject.gateway, given))?.cpuMsEach)
  }
  return filled
}

/** Fills it with large pushes and measures more of them. */
async function pushLarge(gateway: GatewayProcess, given: LargeGiven): Promise<void> {
  await fill(gateway, { to: largeGroups, workload: large })
  await measureLarge(gateway, given)
}

interface LargeGiven {
  readonly figures: Figures
  readonly plan: Plan
  readonly connections?: number
}

async function measureLarge(
  gateway: GatewayProcess,
  { figures, plan, connections = 32 }: LargeGiven,
): Promise<void> {
  try {
    const given = { groups: largeGroups, forMs: plan.forMs, connections, workload: large }
    const pushed = await pushAll(gateway, given)
    note(figures, largeRate, pushed?.perSecond)
    note(figures, largeCost, pushed?.cpuMsEach)
  } finally {
    await gateway.kill()
  }
}

/** Pushes 500 groups in two and a half seconds, kills it, and looks for them after a start. */
async function lossOf(open: () => Promise<GatewayProcess>): Promise<number | undefined> {
  const gateway = await open()
  const request = (i: number) => (i < lossPushes ? small.push(i, 0) : undefined)
  const paced = { port: gateway.port, connections: 32, perSecond: 200, forMs: 10_000, request }
  const { acknowledged } = await pushPaced(paced)
  await gateway.kill()
  const again = await open()
  try {
    const found = await look(again)
    return found && acknowledged - found.groups
  } finally {
    await again.kill()
  }
}

export async function measureUnchecked(plan: Plan): Promise<Figures> {
  const figures: Figures = new Map()
  const keptIn = join(plan.folder, 'unchecked')
  const gateway = await startDebians([...uncheckedFlags, '--persistence.interval=1h'], { keptIn })
  const subject = { gateway, figures }
  try {
    const groups = await climb(subject, plan)
    plan.say(`scrapes of ${groups * small.samples} series`)
    await scrapeAll(subject, { groups, times: 1 })
    noteResident(subject)
    note(figures, orderRow, (await look(gateway))?.outOfOrder)
    plan.say('pushes while it is scraped')
    await pushWhileScraped(subject, { groups, forMs: plan.forMs * 2 })
    plan.say('stop and start')
    await gateway.stop(60_000)
    const startMs = systemClock.monotonicMs()
    const again = await startDebians(uncheckedFlags, { keptIn })
    note(figures, 'start with all that stored', (systemClock.monotonicMs() - startMs) / 1000)
    await again.kill()
  } finally {
    await gateway.kill()
  }
  plan.say(`pushes of ${large.samples} samples`)
  await pushLarge(await startDebians(uncheckedFlags), { figures, plan })
  return figures
}

export async function measureChecked(plan: Plan): Promise<Figures> {
  const figures: Figures = new Map()
  for (const groups of plan.groups.filter((groups) => groups <= plan.groupsCheckedMax)) {
    plan.say(`${groups} groups`)
    const gateway = await startFilled(plan, { groups, workload: small })
    try {
      const pushed = await pushCost(
        { gateway, figures },
        { groups, forMs: plan.forMs, connections: 4 },
      )
      if (groups === rateGroups) note(figures, smallRate, pushed?.perSecond)
    } finally {
      await gateway.kill()
    }
  }
  plan.say(`pushes of ${large.samples} samples`)
  const workload = large
  const filled = await startFilled(plan, { groups: largeGroups, workload })
  await measureLarge(filled, { figures, plan, connections: 2 })
  for (const [name, interval] of [
    [lossRow, '5m'],
    [secondLossRow, '1s'],
  ] as const) {
    plan.say(name)
    const keptIn = join(plan.folder, `loss-${interval}`)
    const flags = [`--persistence.interval=${interval}`]
    note(figures, name, await lossOf(() => startDebians(flags, { keptIn })))
  }
  return figures
}

/** With the check on it would take hours to fill: it is filled without, and started again. */
async function startFilled(
  plan: Plan,
  { groups, workload }: { groups: number; workload: Workload },
): Promise<GatewayProcess> {
  const keptIn = join(plan.folder, `filled-${workload.samples}-${groups}`)
  const filling = await startDebians([...uncheckedFlags, '--persistence.interval=1h'], { keptIn })
  await fill(filling, { to: groups, workload })
  await filling.stop(60_000)
  return startDebians(['--persistence.interval=1h'], { keptIn })
}

const uncheckedFlags = ['--push.disable-consistency-check']
