/** Comments that say what a family is: `# TYPE name counter`, `# HELP name what it counts`. */
import { isUtf8 } from 'node:buffer'
import type { Format } from './tail.ts'

export interface Family {
  readonly name: string
  readonly fact: 'type' | 'help' | 'unit'
  readonly text: string
}

const textTypes = ['counter', 'gauge', 'histogram', 'summary', 'untyped']
const openMetricsTypes = ['unknown', 'info', 'stateset', 'gaugehistogram']
const grammars = {
  text: { facts: ['TYPE', 'HELP'], types: new Set(textTypes) },
  openmetrics: {
    facts: ['TYPE', 'HELP', 'UNIT'],
    types: new Set([...textTypes, ...openMetricsTypes]),
  },
} as const

/** Undefined: the comment says nothing of that kind. Throws a SyntaxError. */
export function readMetadata(line: Buffer, format: Format): Family | undefined {
  const { facts, types } = grammars[format]
  const [, word, said = ''] = /^#[ \t]+([A-Z]+)[ \t]+(.*)$/s.exec(line.toString('utf8')) ?? []
  const fact = facts.find((one) => one === word)
  if (fact === undefined) return undefined
  const [name] = /^[a-zA-Z_:][\w:]*/.exec(said) ?? []
  if (name === undefined)
    throw new SyntaxError(`expected a metric name behind ${fact}, found "${said.slice(0, 40)}"`)
  const text = said.slice(name.length + 1)
  if (fact === 'TYPE' && !types.has(text)) throw new SyntaxError(`"${text}" is no type of metrics`)
  if (!isUtf8(line)) throw new SyntaxError(`what is said of ${name} is not UTF-8`)
  if (fact === 'HELP') return { name, fact: 'help', text: unescaped(text) }
  return { name, fact: fact === 'TYPE' ? 'type' : 'unit', text }
}

function unescaped(text: string): string {
  return text.replace(/\\([\\n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
}
