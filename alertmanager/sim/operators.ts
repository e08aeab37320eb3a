/** Those who start, stop and configure machines, and fate, which takes things away. */
import { messageOf } from '#lib/errors'
import { yamlOf } from './config.ts'
import type { Facts } from './facts.ts'
import type { Machine } from './machine.ts'
import type { Action } from './plan.ts'
import type { Stage } from './stage.ts'
import type { SimWorld } from './world.ts'

type Ending = Extract<Action, { kind: 'crash' | 'restart' }>

const limits = { stopMs: 60_000, crashMs: 120_000 }

export interface Operators {
  boot(name: string): Promise<void>
  /** Undefined: that is not their business. */
  act(action: Action): Promise<void> | undefined
}

/** `ready` are the machines that take requests. */
export function createOperators(stage: Stage, ready: Set<Machine>): Operators {
  const { boot, crash, restart } = createPower(stage, ready)
  const { reload, leaveStore, change } = createChanges(stage, ready)
  const acts = async (run: () => void) => run()
  return {
    boot,
    act(action) {
      if (action.kind === 'crash') return acts(() => crash(action))
      if (action.kind === 'restart') return acts(() => restart(action))
      if (action.kind === 'reload') return reload(action)
      if (action.kind === 'store away') return leaveStore(action.untilMs)
      if (action.kind === 'receiver') return acts(() => change(action))
      return undefined
    },
  }
}

export const noteFault = (facts: Facts, what: string) => (error: unknown) =>
  void facts.faults.push(`${what}: ${messageOf(error)}`)

function createPower(stage: Stage, ready: Set<Machine>) {
  const { world, facts } = stage
  const { timeline } = world
  const ends = new Map<Machine, Pick<Ending, 'downMs' | 'luck'>>()

  const boot = async (name: string, disk?: Parameters<SimWorld['open']>[0]['disk']) => {
    const downtime = { machine: name, fromMs: timeline.nowMs(), toMs: facts.endMs }
    facts.down.push(downtime)
    const machine: Machine = await world.open({ name, disk, onDeath: () => onDeath(machine) })
    const started = async () => {
      downtime.toMs = timeline.nowMs()
      ready.add(machine)
      await machine.reload() // The file may have changed since it was read.
    }
    machine
      .start()
      .then(started)
      .catch(noteFault(facts, `the start of ${name}`))
  }
  const goDown = (machine: Machine, { downMs, luck }: Pick<Ending, 'downMs' | 'luck'>) => {
    ready.delete(machine)
    const fromMs = timeline.nowMs()
    facts.down.push({ machine: machine.name, fromMs, toMs: fromMs + downMs })
    const disk = machine.diskAfter({ bytes: luck, names: luck, garbled: luck > 0.5 && luck < 1 })
    stage.at(fromMs + downMs, () => boot(machine.name, disk))
  }
  const onDeath = (machine: Machine) => {
    const end = ends.get(machine)
    if (end === undefined) return // The world ends.
    ends.delete(machine)
    world.say(`${machine.name} lost its power`)
    goDown(machine, end)
  }
  const machineOf = (name: string) =>
    world.machines().find((machine) => machine.name === name && ready.has(machine))
  return {
    boot,
    crash(action: Ending) {
      const machine = machineOf(action.machine)
      if (machine === undefined) return
      ends.set(machine, action)
      machine.cutPower(action.afterThings)
      stage.at(timeline.nowMs() + limits.crashMs, () => machine.cutPower())
    },
    restart(action: Ending) {
      const machine = machineOf(action.machine)
      if (machine === undefined) return
      ready.delete(machine)
      ends.set(machine, action)
      const fromMs = timeline.nowMs()
      const finish = () => {
        if (!ends.delete(machine)) return
        facts.down.push({ machine: machine.name, fromMs, toMs: timeline.nowMs() })
        goDown(machine, { downMs: action.downMs, luck: 1 })
      }
      machine.stop().then(finish, noteFault(facts, `the end of ${machine.name}`))
      stage.at(fromMs + limits.stopMs, () => machine.cutPower())
    },
  }
}

function createChanges({ world, facts, plan, at }: Stage, ready: ReadonlySet<Machine>) {
  const { timeline, network } = world
  return {
    async reload({ config }: Extract<Action, { kind: 'reload' }>) {
      await world.configure(yamlOf(config))
      facts.configs.push({ atMs: timeline.nowMs(), config })
      for (const machine of world.machines())
        if (ready.has(machine))
          machine.reload().catch(noteFault(facts, `a reload of ${machine.name}`))
    },
    async leaveStore(untilMs: number) {
      const away = { fromMs: timeline.nowMs(), toMs: plan.startMs + untilMs }
      facts.storeAway.push(away)
      await world.setStore(false)
      at(away.toMs, () => world.setStore(true))
    },
    change({ receiver, mood, untilMs }: Extract<Action, { kind: 'receiver' }>) {
      const toMs = plan.startMs + untilMs
      facts.moods.push({ fromMs: timeline.nowMs(), toMs, receiver, mood })
      network.setMood(receiver, mood)
      at(toMs, () => network.setMood(receiver, { kind: 'up' }))
    },
  }
}
