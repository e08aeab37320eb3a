/** One machine with an alertmanager on it. When its power fails, it does nothing any more. */
import { createLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { type CrashLuck, createFakeDisk, type FakeDisk } from '#test/fake-disk'
import type { FakeQueues } from '#test/fake-queues'
import { type Alertmanager, createAlertmanager } from '../index.ts'
import { type Answer, type Asked, ask } from './ask.ts'
import type { Network } from './network.ts'
import { poweredDisk } from './powered-disk.ts'
import { openStoreLine, type StoreLine } from './store-line.ts'
import type { Timeline } from './timeline.ts'

export interface Machine {
  readonly name: string
  readonly isAlive: boolean
  /** Something of it is under way that needs no time to pass. */
  readonly isBusy: boolean
  readonly line: StoreLine
  /** Never resolves where the machine is gone. */
  ask(asked: Asked): Promise<Answer>
  reload(): Promise<void>
  /** Resolves when it takes requests. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Now, or once it has asked so many more things of the world. */
  cutPower(afterThings?: number): void
  /** What the next machine finds. */
  diskAfter(luck: CrashLuck): FakeDisk
  dispose(): Promise<void>
}

export interface MachineWorld {
  readonly name: string
  readonly seed: number
  readonly timeline: Timeline
  readonly network: Network
  readonly queues: FakeQueues
  readonly storeUrl: string
  readonly isShared: boolean
  readonly configFile: string
  readonly disk?: FakeDisk | undefined
  readonly say: (text: string) => void
  /** Its power has failed. */
  readonly onDeath: () => void
}

export async function openMachine(world: MachineWorld): Promise<Machine> {
  const { name, timeline } = world
  const random = seededRandom(world.seed)
  const disk = world.disk ?? createFakeDisk()
  const queues = world.queues.open()
  let isAlive = true
  let thingsLeft = Number.POSITIVE_INFINITY
  const cut = () => {
    if (!isAlive) return
    isAlive = false
    queues.cut()
    line.cut()
    world.onDeath()
  }
  /** Where the power fails at this very thing, chance says whether it still comes about. */
  const onThing = () => {
    if (!isAlive) return 'is lost'
    if (--thingsLeft > 0) return 'passes'
    queueMicrotask(cut)
    return random.fraction() < 0.5 ? 'passes last' : 'is lost'
  }
  const passes = () => onThing() === 'passes'
  const line = await openStoreLine(world.storeUrl, onThing)
  const clock = timeline.clockFor({ isAlive: () => isAlive, sleeps: true })
  const log = createLog('warn', { write: (line) => world.say(`${name}: ${lineText(line)}`) })
  const made: Alertmanager = createAlertmanager({
    settings: {
      configFile: world.configFile,
      dataRetention: 120 * 3_600_000,
      webExternalUrl: 'http://am.example',
      webVersion: '0.33.1',
    },
    databaseUrl: line.url,
    queues,
    disk: poweredDisk(disk, passes),
    arrivalFolder: '/arrivals',
    isShared: world.isShared,
    clock,
    random,
    log,
    metrics: createMetrics(),
    tracer: createTracer('sim'),
    fetch: world.network.fetchFor({ name, clock, isAlive: () => isAlive, passes }),
  })
  const powered = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      work.then(
        (value) => isAlive && resolve(value),
        (error) => isAlive && reject(error),
      )
    })
  return {
    name,
    get isAlive() {
      return isAlive
    },
    get isBusy() {
      return line.isBusy
    },
    line,
    ask: (asked) => (isAlive ? powered(ask(made.handle, asked)) : new Promise(() => {})),
    reload: () => powered(made.reload()),
    start: () => powered(made.start()),
    async stop() {
      await powered(queues.close().then(() => made.close()))
      isAlive = false
    },
    cutPower(afterThings = 0) {
      if (afterThings === 0) cut()
      else thingsLeft = afterThings
    },
    diskAfter: (luck) => disk.afterCrash(luck),
    dispose: () => line.close(),
  }
}

/** What is said, without when and from which part. */
function lineText(line: string): string {
  const { level, time: _, part: __, msg, ...about } = JSON.parse(line)
  return `${level} ${msg} ${JSON.stringify(about)}`
}
