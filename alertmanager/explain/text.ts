/** An explanation as text: the sentence first, then what it rests on. */
import { formatLabels } from '#lib/labels'
import type { Explanation } from './explain.ts'
import { fullTime } from './time-text.ts'

export function explanationText({ labels, atMs, verdicts, steps }: Explanation): string {
  const lines = [
    `${formatLabels(labels)} at ${fullTime(atMs)}`,
    ...verdicts.map(({ sentence }) => `=> ${sentence}`),
    '',
    ...steps.flatMap(({ name, lines: told }) =>
      told.map((line, i) => `${(i === 0 ? name : '').padEnd(9)}${line}`),
    ),
  ]
  return `${lines.join('\n')}\n`
}
