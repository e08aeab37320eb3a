/** The page of `zstnlet inspect --help`, made of the keys themselves. */
import { keys } from './keys.ts'

export function inspectHelp(): string {
  const own = [
    { name: 'file', help: 'As it was given; - is standard input.' },
    ...keys,
    {
      name: 'error',
      help: 'Only where it could not be read: what is wrong, and what would be right.',
    },
  ]
  const left = Math.max(...own.map(({ name }) => name.length))
  return [
    'usage: zstnlet inspect FILE...',
    '',
    'Reads recorded outputs of smartctl (-j, or the text of -a and -x), of nvme-cli (smart-log,',
    'id-ctrl and list) and of ethtool -S, and prints what the collectors make of each: one JSON',
    'object a file, one line each. What a terminal, a mail or a page added around is left out.',
    'Exit status 1: at least one of them could not be read; the others are printed all the same.',
    '',
    'Keys, null where unknown:',
    ...own.flatMap(({ name, help }) => wrapped(name.padEnd(left), help)),
  ].join('\n')
}

function wrapped(name: string, help: string): readonly string[] {
  const lines: string[] = []
  const columns = 96 - name.length
  for (const word of help.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line, i) => `  ${i === 0 ? name : ' '.repeat(name.length)}  ${line}`)
}
