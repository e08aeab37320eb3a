/** An explanation as text for a terminal: the verdict first, then the tree, then the samples. */
import { formatLabels, type Labels } from '#lib/labels'
import type { Explanation } from './explain.ts'
import type { UsedSample } from './samples.ts'
import type { ShownElement, ShownNode } from './tree.ts'

/** Elements that one line of the tree shows, and samples that are listed. */
const elementsMax = 3
const samplesMax = 20
const textMax = 90

export function printExplanation(explanation: Explanation): string {
  const { rule, time, verdicts, insufficientData = [], tree, samples = [] } = explanation
  const lines = [
    `${rule} at ${time}`,
    ...verdicts.flatMap(({ labels, text }) => [
      ...(labels === undefined ? [] : [`  ${formatLabels(labels)}`]),
      `  ${text}`,
    ]),
    ...insufficientData.map((selector) => `  Insufficient data: nothing is there of ${selector}`),
    '',
    ...(tree === undefined ? ['The evaluator does not show its way'] : treeLines(tree, '')),
    '',
    ...samples.slice(0, samplesMax).map(sampleLine),
    ...(samples.length > samplesMax ? [`… and ${samples.length - samplesMax} samples`] : []),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function treeLines(node: ShownNode, indent: string): readonly string[] {
  const plain = node.kind === 'paren' ? node.parts[0] : undefined
  if (plain !== undefined) return treeLines(plain, indent)
  if (node.kind === 'number') return []
  return [
    `${indent}${cut(node.text)}`,
    `${indent}  = ${resultOf(node)}`,
    ...node.parts.flatMap((part) => treeLines(part, `${indent}    `)),
  ]
}

function resultOf({ value, count = 0, elements = [] }: ShownNode): string {
  if (value !== undefined) return value
  if (count === 0) return 'nothing'
  const shown = elements.slice(0, elementsMax).map(elementText)
  return [...shown, ...(count > shown.length ? [`… ${count} in all`] : [])].join('  ')
}

const elementText = ({ labels, value, samples }: ShownElement) =>
  `${value}${samples === undefined ? '' : ` (newest of ${samples})`} ${seriesText(labels)}`

function sampleLine({ labels, value, sampledAt, ageSeconds, pushAgeSeconds }: UsedSample): string {
  const age = ageSeconds === undefined ? '' : `, ${sampledAt}, ${ageSeconds.toFixed(1)} s old`
  const push = pushAgeSeconds === undefined ? '' : `, pushed ${pushAgeSeconds.toFixed(1)} s before`
  return `${seriesText(labels)} is ${value}${age}${push}`
}

function seriesText({ __name__: name = '', ...labels }: Labels): string {
  return Object.keys(labels).length === 0 && name !== '' ? name : name + formatLabels(labels)
}

const cut = (text: string) => (text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text)
