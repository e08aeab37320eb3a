/**
 * Pushes of all kinds while it is scraped and while logs and snapshots turn over, with a `kill -9`
 * now and then: `npm run sim pushgateway/soak -- --seed=1 --count=100000`. A scrape shows each push
 * whole, and a restart shows what was shown before.
 */
import { strict as assert } from 'node:assert'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pushFlat } from './bench/load.ts'
import { bodyOf, readAnswer } from './bench/read-answer.ts'
import { type GatewayProcess, startOurs } from './fake/process.ts'
import { type Chance, createChance } from './fuzz/chance.ts'
import { textBody } from './fuzz/text-bodies.ts'

export interface SoakRun {
  readonly seed: number
  /** How many pushes and deletions. */
  readonly count?: number | undefined
  readonly say: (text: string) => void
}

const pushesPerLife = 4000
const jobs = 200

export async function fuzz({ seed, count = 100_000, say }: SoakRun): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'zstone-pushgateway-'))
  const chance = createChance(seed)
  const lives = Math.ceil(count / pushesPerLife)
  let kept: readonly string[] = []
  let logs = new Set<string>()
  try {
    for (let life = 0; life <= lives; life++) {
      const gateway = await startOurs(folder, ['--persistence.log-size-max=100000'])
      try {
        const where = `seed ${seed}, life ${life}`
        assert.deepEqual(await shownBy(gateway, where), kept, `${where}: not as it was before`)
        if (life === lives) break
        const scrapes = await live(gateway, chance, where)
        kept = await shownBy(gateway, where)
        for (const name of await readdir(folder)) logs = logs.add(name)
        const told = `${kept.length} series, ${scrapes} scrapes, ${logs.size} logs and snapshots`
        say(`${(life + 1) * pushesPerLife} pushes, ${told}`)
      } finally {
        await gateway.kill()
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Says how many scrapes looked on. */
async function live(gateway: GatewayProcess, chance: Chance, where: string): Promise<number> {
  const { port } = gateway
  let [isOver, scrapes] = [false, 0]
  const scrape = async () => {
    for (; !isOver; scrapes++) expectWhole(await shownBy(gateway, where), where)
  }
  const scraping = scrape()
  const request = (i: number) => (i < pushesPerLife ? nextRequest(chance) : undefined)
  try {
    const load = { port, connections: 16, depth: 2, forMs: 120_000, request }
    const { unanswered } = await pushFlat(load)
    assert.equal(unanswered, 0, `${where}: pushes were not answered`)
  } finally {
    isOver = true
  }
  await scraping
  return scrapes
}

function nextRequest(chance: Chance): Buffer {
  const isAny = chance.oneIn(4)
  const group = isAny ? `any/instance/${chance.below(30)}` : `job${chance.below(jobs)}`
  const kind = chance.oneIn(20) ? 'DELETE' : chance.of(['PUT', 'POST'])
  const body = kind === 'DELETE' ? '' : isAny ? textBody(chance) : pairOf(chance.below(1e9))
  const length = Buffer.byteLength(body)
  const head = `${kind} /metrics/job/${group} HTTP/1.1\r\nHost: soak\r\n`
  return Buffer.concat([Buffer.from(`${head}Content-Length: ${length}\r\n\r\n`), Buffer.from(body)])
}

const pairOf = (value: number) =>
  `# TYPE first gauge\nfirst ${value}\n# TYPE last counter\nlast{x="1"} ${value}\n`

/** The pushed series with their times, but for those of failures, which may be forgotten. */
async function shownBy({ port }: GatewayProcess, where: string): Promise<readonly string[]> {
  const got = await readAnswer({ port, withinMs: 30_000, keeps: true })
  assert.equal(got?.status, 200, `${where}: /metrics cannot be read`)
  const lines = got === undefined ? [] : bodyOf(got).toString().split('\n')
  return lines.filter((line) => line.includes('job="') && !forgettable.test(line))
}

/** A group that has seen refused pushes only has only its times, and may be forgotten too. */
const forgettable = /^push_failure_time_seconds\{|^push_time_seconds\{.*\} 0$/

function expectWhole(lines: readonly string[], where: string): void {
  const firsts = new Map<string, string>()
  for (const line of lines) {
    const [, name, job = '', value = ''] =
      /^(first|last)\{.*job="(\w+)".*\} (\S+)$/.exec(line) ?? []
    if (name === 'first') firsts.set(job, value)
    if (name !== 'last') continue
    assert.equal(value, firsts.get(job), `${where}: a scrape shows half a push of ${job}`)
    firsts.delete(job)
  }
  assert.equal(firsts.size, 0, `${where}: a scrape shows half a push of ${[...firsts.keys()]}`)
}
