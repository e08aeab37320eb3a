/** `ack MATCHERS…`: says that somebody works on it; it is not repeated meanwhile. */
import { filtersOf } from '../matcher-words.ts'
import { ask } from '../request.ts'
import type { Verb } from '../verb.ts'

export const ack: Verb = {
  name: 'ack',
  usage: 'ack [<flags>] <matchers>...',
  about: 'Say that you work on what fires: it is not repeated until it ends, worsens or expires.',
  flags: [
    { name: 'comment', letter: 'c', value: 'TEXT', about: 'What you do.' },
    { name: 'duration', letter: 'd', value: '1h', about: 'How long it holds.' },
    { name: 'author', letter: 'a', value: 'NAME', about: 'Who you are.' },
  ],
  async run({ words, flags, output, author, ...server }) {
    const comment = flags.get('comment')?.at(-1)
    if (comment === undefined) throw new Error('comment required')
    const body = {
      filter: filtersOf(words),
      createdBy: flags.get('author')?.at(-1) ?? author,
      comment,
      duration: flags.get('duration')?.at(-1) ?? '1h',
    }
    const answer = await ask(server, '/api/v1/acks', { method: 'POST', body })
    if (output === 'json') return [JSON.stringify(answer)]
    return (answer as { readonly ids: readonly string[] }).ids // Of our own API.
  },
}
