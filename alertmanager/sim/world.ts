/** A whole simulated world: store, queues, receivers, and machines with alertmanagers on them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { FakeDisk } from '#test/fake-disk'
import { createFakeQueues } from '#test/fake-queues'
import { freshDatabase } from '#test/postgres'
import { type Chance, createChance } from './chance.ts'
import { type Machine, openMachine } from './machine.ts'
import { createNetwork, type Network } from './network.ts'
import { createTimeline, type Timeline } from './timeline.ts'

export interface SimWorld {
  readonly timeline: Timeline
  readonly network: Network
  readonly chance: Chance
  /** What machines logged, with the time. */
  readonly lines: readonly string[]
  say(text: string): void
  configure(config: object): Promise<void>
  /** A machine in the place of the one of that name. */
  open(opening: {
    name: string
    disk?: FakeDisk | undefined
    onDeath: () => void
  }): Promise<Machine>
  machines(): readonly Machine[]
  setStore(isThere: boolean): Promise<void>
  close(): Promise<void>
}

export interface SimWorldOptions {
  readonly seed: number
  readonly startMs: number
  readonly isShared: boolean
  /** Wake-ups come once each; else some are lost, and some come twice. */
  readonly isQueueFaithful?: boolean
}

export async function openSimWorld(options: SimWorldOptions): Promise<SimWorld> {
  const { seed, startMs, isShared, isQueueFaithful = false } = options
  const { url: storeUrl, drop } = await freshDatabase()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-sim-'))
  const configFile = path.join(folder, 'alertmanager.yml')
  const chance = createChance(seed)
  const queueChance = createChance(seed + 1)
  const network = createNetwork()
  const machines = new Map<string, Machine>()
  const gone: Machine[] = []
  const lines: string[] = []
  const looker = new pg.Client(storeUrl)
  await looker.connect()
  let isStoreThere = true
  let restlessUntilMs = startMs
  let opened = 0

  const everyone = () => [...machines.values(), ...gone]
  const settle = () => settled(everyone)
  const quietUntil = async () => {
    const alive = [...machines.values()].some((machine) => machine.isAlive)
    if (!alive) return Number.POSITIVE_INFINITY
    const isRestless = !isStoreThere || timeline.nowMs() < restlessUntilMs
    return isRestless ? undefined : quietIn(looker, timeline.nowMs())
  }
  const timeline = createTimeline({ startMs, settle, quietUntil })
  const say = (text: string) => {
    lines.push(`${clockText(timeline.nowMs(), startMs)} ${text}`)
  }
  const queues = createFakeQueues({
    clock: timeline.clockFor({ isAlive: () => true, sleeps: false }),
    fateOf: () => {
      if (isQueueFaithful) return 'once'
      return queueChance.oneIn(20) ? 'never' : queueChance.oneIn(20) ? 'twice' : 'once'
    },
  })
  return {
    timeline,
    network,
    chance,
    lines,
    say,
    configure: (config) => writeFile(configFile, JSON.stringify(config)), // JSON is YAML.
    async open({ name, disk, onDeath }) {
      restlessUntilMs = timeline.nowMs() + restlessMs
      const before = machines.get(name)
      if (before !== undefined) gone.push(before)
      const place = {
        timeline,
        network,
        queues,
        storeUrl,
        isShared,
        configFile,
        disk,
        say,
        onDeath,
      }
      const machine = await openMachine({ ...place, name, seed: seed * 1000 + ++opened })
      if (!isStoreThere) await machine.line.leave()
      machines.set(name, machine)
      return machine
    },
    machines: () => [...machines.values()],
    async setStore(isThere) {
      isStoreThere = isThere
      restlessUntilMs = timeline.nowMs() + restlessMs
      for (const { line } of machines.values()) await (isThere ? line.comeBack() : line.leave())
    },
    async close() {
      for (const machine of machines.values()) machine.cutPower()
      await settle()
      for (const machine of everyone()) await machine.dispose()
      await looker.end()
      await drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** After a change of the world time does not leap for this long. */
const restlessMs = 20_000

/** So many turns of the event loop in a row without a sign of life: nothing is under way. */
const quietTurns = 4

async function settled(everyone: () => readonly Machine[]): Promise<void> {
  for (let quiet = 0; quiet < quietTurns; ) {
    await new Promise<void>((resolve) => setImmediate(resolve))
    const busy = everyone().find((machine) => machine.isBusy)
    if (busy !== undefined) await busy.line.changed()
    quiet = busy === undefined && !isWaitingForSystem() ? quiet + 1 : 0
  }
}

const isWaitingForSystem = () =>
  process
    .getActiveResourcesInfo()
    .some((name) => /Req|ConnectWrap|ShutdownWrap|WriteWrap|Job/.test(name))

/** Until when no group and no notification is due; undefined: one is now, or is being told. */
async function quietIn(looker: pg.Client, nowMs: number): Promise<number | undefined> {
  const { rows } = await looker.query<{ next: Date | null; busy: string }>(`
    select (select min(next_flush_at) from alertmanager.groups) as next,
      (select count(*) from alertmanager.notifications
        where state = 'due' or leased_until is not null) as busy`)
  const [row] = rows
  if (row === undefined || Number(row.busy) > 0) return undefined
  const nextMs = row.next?.getTime() ?? Number.POSITIVE_INFINITY
  return nextMs <= nowMs ? undefined : nextMs
}

export function clockText(ms: number, startMs: number): string {
  const seconds = (ms - startMs) / 1000
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  const days = Math.floor(seconds / 86_400)
  const clock = [(seconds / 3600) % 24, (seconds / 60) % 60].map(two).join(':')
  return `${days}d ${clock}:${(seconds % 60).toFixed(3).padStart(6, '0')}`
}
