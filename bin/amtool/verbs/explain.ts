/** `explain MATCHERS…`: why alerts were told, or were not. */
import { filtersOf } from '../matcher-words.ts'
import { ask } from '../request.ts'
import type { Verb } from '../verb.ts'

interface Explained {
  readonly labels: Readonly<Record<string, string>>
  readonly verdicts: readonly { readonly sentence: string }[]
  readonly text: string
}

export const explain: Verb = {
  name: 'explain',
  usage: 'explain [<flags>] <matchers>...',
  about: 'Why alerts were told, or were not, and what comes next; -o extended shows each step.',
  flags: [{ name: 'fingerprint', value: 'NAME', about: 'An alert by its fingerprint.' }],
  async run({ words, flags, output, ...server }) {
    const named = (flags.get('fingerprint') ?? []).map((name) => ['fingerprint', name] as const)
    const filters = filtersOf(words).map((filter) => ['filter', filter] as const)
    const query = new URLSearchParams()
    for (const [name, value] of [...named, ...filters]) query.append(name, value)
    const found = await ask(server, '/api/v1/explain', { query })
    if (output === 'json') return [JSON.stringify(found)]
    const explained = found as readonly Explained[] // Of our own API.
    return explained.flatMap(({ labels, verdicts, text }) =>
      output === 'extended'
        ? [text]
        : [namesOf(labels), ...verdicts.map(({ sentence }) => `  ${sentence}`)],
    )
  },
}

const namesOf = (labels: Explained['labels']) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(' ')
