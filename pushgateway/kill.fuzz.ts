/**
 * `kill -9` at random points while many push: `npm run sim pushgateway/kill -- --count=200`. Every
 * group is found as it was after some of its writes, and after no fewer than were acknowledged.
 */
import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep, systemClock } from '#lib/clock'
import { type Connection, openConnection } from '#test/load/connection'
import { bodyOf, readAnswer } from './bench/read-answer.ts'
import { type GatewayProcess, startOurs } from './fake/process.ts'
import { type Chance, createChance } from './fuzz/chance.ts'

export interface KillRun {
  readonly seed: number
  /** How many times it is killed. */
  readonly count?: number | undefined
  readonly say: (text: string) => void
}

const groupCount = 16
/** Time alone would kill a slow machine's gateway before it has answered anything. */
const patience = { answers: 30, ms: 30_000 }
/** Values of the families that a group shows; absent: it has no such family. */
type Shown = Readonly<Partial<Record<'a' | 'b' | 'c', number>>>

interface Group {
  readonly job: string
  /** What it shows after the first 0, 1, 2 … writes since the last start. */
  states: Shown[]
  acknowledged: number
}

export async function fuzz({ seed, count = 200, say }: KillRun): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'zstone-pushgateway-'))
  const chance = createChance(seed)
  const groups = Array.from({ length: groupCount }, (_, i): Group => {
    return { job: `job${i}`, states: [{}], acknowledged: 0 }
  })
  let [acknowledged, unanswered] = [0, 0]
  try {
    for (let round = 0; round <= count; round++) {
      // A small log, so that the kills also hit rotations and snapshots.
      const gateway = await startOurs(folder, ['--persistence.log-size-max=20000'])
      try {
        await expectKept(gateway, groups, `seed ${seed}, round ${round}`)
        if (round < count) await pushUntilKilled(gateway, groups, chance)
      } finally {
        await gateway.kill()
      }
      for (const group of groups) acknowledged += group.acknowledged
      for (const { states, acknowledged } of groups) unanswered += states.length - 1 - acknowledged
      if ((round + 1) % Math.ceil(count / 10) === 0 || round === count)
        say(`killed ${round} times, ${acknowledged} acknowledged, ${unanswered} cut off`)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return acknowledged
}

async function pushUntilKilled(gateway: GatewayProcess, groups: readonly Group[], chance: Chance) {
  const afterAnswers = chance.below(600)
  const afterMs = chance.below(400)
  const startMs = systemClock.monotonicMs()
  let [answers, isOver] = [0, false]
  const drive = async (group: Group): Promise<Connection> => {
    const connection: Connection = await openConnection(gateway.port, {
      answered(status) {
        assert.ok(status === 200 || status === 202, `a push was answered with ${status}`)
        group.acknowledged++
        answers++
        if (!isOver) connection.send(nextWrite(group, chance))
      },
      ended() {},
    })
    connection.send(nextWrite(group, chance)) // One at a time: the order of writes is known.
    return connection
  }
  const connections = await Promise.all(groups.map(drive))
  const isTime = () => {
    const ms = systemClock.monotonicMs() - startMs
    return ms >= (answers < patience.answers ? patience.ms : afterMs)
  }
  while (answers < afterAnswers && !isTime()) await sleep(systemClock, 1)
  await gateway.kill()
  isOver = true
  await sleep(systemClock, 5) // Answers that it sent before may still be on their way in.
  for (const connection of connections) connection.close()
}

/** A request, whose outcome is noted before it is sent. */
function nextWrite(group: Group, chance: Chance): Buffer {
  const before = group.states.at(-1) ?? {}
  const value = chance.below(1e9)
  const kind = chance.oneIn(10) ? 'DELETE' : chance.of(['PUT', 'PUT', 'POST'])
  const pair = `a ${value}\n# TYPE b counter\nb{x="1"} ${value}\n`
  const body = kind === 'DELETE' ? '' : kind === 'PUT' ? pair : `c ${value}\n`
  const pushed: Shown = kind === 'PUT' ? { a: value, b: value } : { ...before, c: value }
  group.states.push(kind === 'DELETE' ? {} : pushed)
  const length = Buffer.byteLength(body)
  const head = `${kind} /metrics/job/${group.job} HTTP/1.1\r\nHost: kill\r\n`
  return Buffer.from(`${head}Content-Length: ${length}\r\n\r\n${body}`)
}

/** What is found becomes the first state of the next round. */
async function expectKept({ port }: GatewayProcess, groups: readonly Group[], where: string) {
  const got = await readAnswer({ port, withinMs: 30_000, keeps: true })
  assert.equal(got?.status, 200, `${where}: /metrics cannot be read`)
  const text = got === undefined ? '' : bodyOf(got).toString()
  const found = new Map<string, Partial<Record<'a' | 'b' | 'c', number>>>()
  for (const [, name, job = '', value] of text.matchAll(line)) {
    const shown = found.get(job) ?? {}
    found.set(job, shown)
    shown[name as 'a' | 'b' | 'c'] = Number(value) // The expression names no others.
  }
  for (const group of groups) {
    const { states, acknowledged } = group
    const shown = JSON.stringify(found.get(group.job) ?? {}, order)
    const at = states.findLastIndex((state) => JSON.stringify(state, order) === shown)
    const story = states.slice(Math.max(0, acknowledged - 3)).map((state) => JSON.stringify(state))
    const told = `${where}, ${group.job}: found ${shown}, acknowledged ${acknowledged} of `
    assert.ok(at >= acknowledged, `${told}${states.length - 1} writes, the last being ${story}`)
    group.states = [states[at] ?? {}]
    group.acknowledged = 0
  }
}

const order = ['a', 'b', 'c']
const line = /^([abc])\{instance="",job="(\w+)"(?:,x="1")?\} (\S+)$/gm
