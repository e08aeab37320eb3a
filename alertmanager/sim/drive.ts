/** Plays a plan in a simulated world, as clients and fate would, and notes what happened. */
import { createClients } from './clients.ts'
import { yamlOf } from './config.ts'
import type { Facts } from './facts.ts'
import type { Machine } from './machine.ts'
import { createOperators, noteFault } from './operators.ts'
import type { Plan } from './plan.ts'
import type { Stage } from './stage.ts'
import type { SimWorld } from './world.ts'

export async function drive(plan: Plan, world: SimWorld): Promise<Facts> {
  const { timeline } = world
  const facts = noFacts(plan, world)
  const due: { atMs: number; run: () => Promise<void> | void }[] = []
  const ready = new Set<Machine>()
  const stage: Stage = {
    world,
    facts,
    plan,
    at: (atMs, run) => void due.push({ atMs, run }),
    send({ said, asked, to, onAnswer = () => {} }) {
      const able = world.machines().filter((one) => one.isAlive && ready.has(one))
      const any = able[world.chance.between(0, able.length - 1)]
      if (any === undefined) return onAnswer('nobody is there', 0)
      for (const machine of to === 'all' ? able : [any])
        machine.ask(asked).then(
          ({ status, body }) => {
            if (status < 300) said.ackedMs ??= timeline.nowMs()
            onAnswer(body, status)
          },
          noteFault(facts, `${asked.method} ${asked.path}`),
        )
    },
  }
  await world.configure(yamlOf(plan.config))
  const operators = createOperators(stage, ready)
  for (const name of plan.machines) await operators.boot(name)
  const clients = createClients(stage)
  for (const action of plan.actions)
    stage.at(plan.startMs + action.atMs, () => operators.act(action) ?? clients.act(action))
  clients.start()
  const endMs = plan.startMs + plan.forMs
  for (;;) {
    due.sort((a, b) => a.atMs - b.atMs)
    const next = due.shift()
    if (next === undefined || next.atMs > endMs) break
    await timeline.runTo(Math.max(next.atMs, timeline.nowMs()))
    await next.run()
  }
  await timeline.runTo(endMs)
  return facts
}

const noFacts = (plan: Plan, world: SimWorld): Facts => ({
  startMs: plan.startMs,
  endMs: plan.startMs + plan.forMs,
  alerts: [],
  silences: [],
  configs: [{ atMs: plan.startMs, config: plan.config }],
  down: [],
  storeAway: [],
  moods: [],
  machines: plan.machines,
  taken: world.network.taken,
  faults: [],
})
