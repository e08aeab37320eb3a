/** `unack ID…`: ends acknowledgements. */
import { ask } from '../request.ts'
import type { Verb } from '../verb.ts'

export const unack: Verb = {
  name: 'unack',
  usage: 'unack [<flags>] <id>...',
  about: 'End acknowledgements, by the ids that ack printed.',
  flags: [],
  async run({ words, ...server }) {
    if (words.length === 0) throw new Error('no acknowledgement IDs specified')
    for (const id of words)
      await ask(server, `/api/v1/acks/${encodeURIComponent(id)}`, { method: 'DELETE' })
    return []
  },
}
