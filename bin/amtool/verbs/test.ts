/** `test RECEIVER`: one notification to it now, which says that it is a test. */
import { tableOf } from '#lib/table'
import { ask } from '../request.ts'
import type { Verb } from '../verb.ts'

interface Tried {
  readonly outcomes: readonly {
    readonly integration: string
    readonly delivered: boolean
    readonly reason?: string
    readonly tookMs: number
  }[]
}

export const tryReceiver: Verb = {
  name: 'test',
  usage: 'test [<flags>] <receiver>',
  about: 'Send one notification that says it is a test, to each integration of a receiver.',
  flags: [{ name: 'integration', value: 'NAME', about: 'To this one only: email.' }],
  async run({ words, flags, output, ...server }) {
    const [receiver, ...others] = words
    if (receiver === undefined || others.length > 0) throw new Error('expected one receiver')
    const integration = flags.get('integration')?.at(-1)
    const path = `/api/v1/receivers/${encodeURIComponent(receiver)}/test`
    const body = integration === undefined ? {} : { integration }
    const answer = await ask(server, path, { method: 'POST', body })
    const { outcomes } = answer as Tried // Of our own API.
    const failed = outcomes.filter(({ delivered }) => !delivered)
    const lines = output === 'json' ? [JSON.stringify(answer)] : tableOf(outcomes.map(rowOf))
    if (failed.length === 0) return lines
    process.stdout.write(`${lines.join('\n')}\n`)
    throw new Error(`${failed.length} of ${outcomes.length} integrations were not reached`)
  },
}

const rowOf = ({ integration, delivered, reason = '', tookMs }: Tried['outcomes'][number]) => [
  integration,
  delivered ? 'delivered' : 'failed',
  `${tookMs} ms`,
  reason,
]
