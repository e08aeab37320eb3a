/** The verdicts of others on the same bodies: Debian's gateway and promtool. */
import { spawnSync } from 'node:child_process'
import { Agent } from 'node:http'
import { exchange } from '../fake/gateway.ts'
import { createChance } from './chance.ts'
import { mutated } from './mutate.ts'
import { openPipe } from './pipe.ts'
import { textBody } from './text-bodies.ts'

export interface Difference {
  readonly body: string
  readonly given: number
  readonly wanted: number
  readonly why: string
}

/** Each body is pushed alone to a gateway that holds nothing else. */
export async function compareVerdicts(
  url: string,
  { seed, count }: { seed: number; count: number },
): Promise<{ accepted: number; differences: readonly Difference[] }> {
  const chance = createChance(seed)
  const agent = new Agent({ keepAlive: true })
  const differences: Difference[] = []
  let accepted = 0
  const pairs = [['job', 'j'] as const]
  for (let i = 0; i < count; i++) {
    const made = textBody(chance)
    const body = chance.oneIn(3) ? mutated(chance, made) : made
    const { status: given, reason = '' } = openPipe().give({
      ...{ kind: 'replace', pairs, body, contentType: '' },
    })
    const place = { agent, url, path: '/metrics/job/j' }
    const reply = await exchange({ ...place, method: 'PUT', sent: { body } })
    await exchange({ ...place, method: 'DELETE', sent: {} })
    if (reply.status === 200) accepted++
    if (reply.status === given || differsByVersion(body)) continue
    const why = `ours: ${reason}; theirs: ${reply.body}`
    differences.push({
      body: JSON.stringify(body.toString('latin1')),
      given,
      wanted: reply.status,
      why,
    })
  }
  agent.destroy()
  return { accepted, differences }
}

/** Debian's gateway is the older one: it knew no quoted names and only whole counts. */
function differsByVersion(body: Buffer): boolean {
  const text = body.toString('latin1')
  return /\{\s*"|,\s*"/.test(text) || /_(?:count|bucket)\b.*\s(?!\d+\s).*$/m.test(text)
}

/** What promtool says of a text that it cannot read; of one that it dislikes, nothing. */
export function promtoolRefusal(text: Buffer): string | undefined {
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text })
  const isStyle = status === 0 || status === 3
  return isStyle ? undefined : String(stderr)
}
