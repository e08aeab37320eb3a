/** A real process, a real disk, a real `kill -9`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { until } from '#test/until'
import { exchange } from './fake/gateway.ts'
import { startOurs } from './fake/process.ts'

const pushers = 16
const rounds = 5
const pushesBeforeKill = 400

test('kill -9 under load loses no acknowledged push and leaves none half', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zstone-pushgateway-'))
  const acknowledged = new Map<string, number>()
  const tried = new Map<string, number>()
  // A small log, so that the kills also hit rotations and snapshots.
  const start = () => startOurs(folder, ['--persistence.log-size-max=20000'])
  try {
    for (let round = 0; round < rounds; round++) {
      const running = await start()
      await expectKept(running.url, { acknowledged, tried })
      const agent = new Agent({ keepAlive: true, maxSockets: pushers })
      let count = 0
      const hammer = async (job: string) => {
        for (let value = (tried.get(job) ?? 0) + 1; ; value++) {
          tried.set(job, value)
          const sent = { body: `a ${value}\n# TYPE b counter\nb{x="1"} ${value}\n` }
          const path = `/metrics/job/${job}`
          const reply = await exchange({ agent, url: running.url, method: 'PUT', path, sent })
          if (reply.status !== 200) throw new Error(`answered ${reply.status}: ${reply.body}`)
          acknowledged.set(job, value)
          count++
        }
      }
      const all = Array.from({ length: pushers }, (_, i) => hammer(`job${i}`))
      const ends = Promise.allSettled(all)
      await until(() => count > pushesBeforeKill)
      await running.kill()
      for (const end of await ends) expect(String(end)).not.toContain('answered')
      agent.destroy()
    }
    const last = await start()
    await expectKept(last.url, { acknowledged, tried })
    await last.kill()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)

async function expectKept(
  url: string,
  { acknowledged, tried }: Record<'acknowledged' | 'tried', ReadonlyMap<string, number>>,
): Promise<void> {
  const { body } = await exchange({ url, method: 'GET', path: '/metrics', sent: {} })
  const shownAs = (line: string) =>
    Number(new RegExp(`^${line.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(body)?.[1])
  for (const [job, value] of acknowledged) {
    const a = shownAs(`a{instance="",job="${job}"}`)
    const b = shownAs(`b{instance="",job="${job}",x="1"}`)
    expect({ job, whole: a === b }).toEqual({ job, whole: true })
    expect({ job, a, kept: a >= value && a <= (tried.get(job) ?? 0) }).toEqual({
      job,
      a,
      kept: true,
    })
  }
}
