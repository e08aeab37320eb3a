/**
 * Any body at all: it is refused, or what it leaves at `/metrics` can be scraped.
 * `npm run sim pushgateway/push -- --seed=1 --count=1000000`
 */
import { strict as assert } from 'node:assert'
import { systemClock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { type Chance, createChance } from './fuzz/chance.ts'
import { mutated } from './fuzz/mutate.ts'
import { openPipe, type Pipe, type Push } from './fuzz/pipe.ts'
import { protobufBody } from './fuzz/protobuf-bodies.ts'
import { faultOf, faultOrDisorderOf } from './fuzz/strict-check.ts'
import { textBody } from './fuzz/text-bodies.ts'
import { protobufType } from './fuzz/wire.ts'

export interface FuzzRun {
  readonly seed: number
  /** How many bodies. */
  readonly count?: number | undefined
  readonly say: (text: string) => void
  /** Sees what is shown at the end of each game. */
  readonly look?: (shown: Buffer) => void
}

/** Each is pushed to once in a round, so that all that was accepted is seen at its end. */
const groups = Array.from({ length: 24 }, (_, i) => {
  const shapes = [
    { job: `j${i}` },
    { instance: `i${i}`, job: 'j' },
    { instance: `${i}`, job: 'j', x: `v${i % 5}` },
  ]
  return Object.entries(shapes[i % shapes.length] ?? {})
})

/** Types stick to their names while a group uses them: a new game lets others in. */
const roundsPerGame = 4
const bodiesPerGame = roundsPerGame * groups.length
const slowMs = 2000
const growthMiBMax = 300

export async function fuzz({ seed, count = 1_000_000, say, look }: FuzzRun): Promise<Tally> {
  const startMs = systemClock.monotonicMs()
  const games = Math.ceil(count / bodiesPerGame)
  const everyGames = Math.ceil(games / 10)
  const tally: Tally = { bodies: 0, accepted: { text: 0, protobuf: 0 } }
  const startMiB = residentMiB()
  for (let game = 0; game < games; game++) {
    const shown = await play(seed + game, tally)
    look?.(shown)
    if ((game + 1) % everyGames > 0) continue
    const perSecond = (tally.bodies * 1000) / (systemClock.monotonicMs() - startMs)
    const { text, protobuf } = tally.accepted
    const accepted = `accepted ${text} text and ${protobuf} protobuf`
    say(`${tally.bodies} bodies, ${accepted}, ${perSecond.toFixed(0)}/s, ${residentMiB()} MiB`)
    assert.ok(residentMiB() - startMiB < growthMiBMax, `memory grew from ${startMiB} MiB`)
  }
  return tally
}

export interface Tally {
  bodies: number
  readonly accepted: { text: number; protobuf: number }
}

async function play(seed: number, tally: Tally): Promise<Buffer> {
  const chance = createChance(seed)
  const options = { utf8Names: seed % 2 === 0 }
  const pipe = openPipe(options)
  const story: Step[] = []
  let shown: Buffer = Buffer.alloc(0)
  for (let round = 0; round < roundsPerGame; round++) {
    for (const pairs of groups) {
      const push = pushOf(chance, pairs)
      story.push(push)
      tally.bodies++
      if (accepts(pipe, push, seed)) tally.accepted[push.contentType === '' ? 'text' : 'protobuf']++
    }
    story.push('scrape')
    shown = await pipe.shown()
    if (faultIn(pipe, shown) !== undefined)
      throw new Error(`seed ${seed}: ${await explained(story, options)}`)
  }
  return shown
}

function faultIn(pipe: Pipe, shown: Buffer): string | undefined {
  return pipe.renames() ? faultOf(shown) : faultOrDisorderOf(shown)
}

function pushOf(chance: Chance, pairs: Push['pairs']): Push {
  const isText = chance.below(10) < 7
  const body = isText ? textBody(chance) : protobufBody(chance)
  return {
    kind: chance.oneIn(12) ? 'delete' : chance.of(['replace', 'merge']),
    pairs,
    body: chance.oneIn(3) ? mutated(chance, body) : body,
    contentType: isText ? '' : protobufType,
  }
}

function accepts(pipe: Pipe, push: Push, seed: number): boolean {
  const startMs = systemClock.monotonicMs()
  try {
    return pipe.give(push).status === 200
  } catch (error) {
    const why = error instanceof Error ? error.stack : messageOf(error)
    throw new Error(`${why}\nseed ${seed}, pushed: ${written(push)}`)
  } finally {
    const tookMs = systemClock.monotonicMs() - startMs
    if (tookMs > slowMs) assert.fail(`seed ${seed}: ${tookMs} ms for ${written(push)}`)
  }
}

type Step = Push | 'scrape'

/** Leaves out what the fault does not need, and tells the rest. */
async function explained(story: readonly Step[], options: object): Promise<string> {
  let steps = story
  for (let i = story.length - 2; i >= 0; i--) {
    const fewer = steps.filter((step) => step !== story[i] || step === 'scrape')
    if ((await replay(fewer, options)).fault !== undefined) steps = fewer
  }
  const { fault, shown } = await replay(steps, options)
  const told = steps.map((step) => (step === 'scrape' ? step : written(step))).join('\n')
  return `${fault}\n${JSON.stringify(options)}\n${told}\n\n${shown}`
}

/** The fault at the end, and what is shown there. */
async function replay(steps: readonly Step[], options: object) {
  const pipe = openPipe(options)
  let shown: Buffer = Buffer.alloc(0)
  for (const step of steps)
    if (step === 'scrape') shown = await pipe.shown()
    else pipe.give(step)
  return { shown, fault: faultIn(pipe, shown) }
}

const written = ({ kind, pairs, body, contentType }: Push) => {
  const text = contentType === '' ? JSON.stringify(body.toString('latin1')) : body.toString('hex')
  return `${kind} ${JSON.stringify(pairs)} ${text}`
}

const residentMiB = () => Math.round(process.memoryUsage.rss() / 2 ** 20)
