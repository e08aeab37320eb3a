/** The text of a script to its commands: `load`, `clear`, `eval`, each with the lines below it. */
import { parseDurationMs } from '#lib/duration'
import { type Expectation, readExpectations } from './expectation.ts'
import { scriptFault } from './script-fault.ts'

export type Command = Load | Clear | Case

export interface Load {
  readonly kind: 'load'
  readonly intervalMs: number
  /** Classic histograms are to be loaded as native ones too. */
  readonly withNative: boolean
  readonly lines: readonly string[]
}

export interface Clear {
  readonly kind: 'clear'
}

export interface Case {
  readonly kind: 'case'
  readonly line: number
  readonly query: string
  readonly startMs: number
  readonly endMs: number
  /** Absent: the query is for one time. */
  readonly stepMs?: number
  readonly expectation: Expectation
}

export interface Broken {
  readonly kind: 'broken'
  readonly line: number
  readonly reason: string
}

export function readScript(text: string): (Command | Broken)[] {
  const lines = text.split('\n').map((line) => line.trim().replace(/^#.*/, ''))
  const commands: (Command | Broken)[] = []
  for (let i = 0; i < lines.length; ) {
    const end = blockEnd(lines, i)
    const [head = '', ...body] = lines.slice(i, end)
    if (head !== '') commands.push(readCommand(head, body, i + 1))
    i = end
  }
  return commands
}

/** A command ends at an empty line; `clear`, and what stands before a further command, at once. */
function blockEnd(lines: readonly string[], start: number): number {
  let end = start + 1
  if (lines[start] === '' || lines[start] === 'clear') return end
  while (end < lines.length && lines[end] !== '' && !isHead(lines[end] ?? '')) end++
  return end
}

const isHead = (line: string) => /^(?:clear$|load(?:_with_nhcb)?\s|eval(?:_\w+)?\s)/.test(line)

function readCommand(head: string, body: readonly string[], line: number): Command | Broken {
  try {
    if (head === 'clear') return { kind: 'clear' }
    const [, native, interval] = /^load(_with_nhcb)?\s+(\S+)$/.exec(head) ?? []
    if (interval !== undefined)
      return {
        kind: 'load',
        intervalMs: msOf(interval),
        withNative: native !== undefined,
        lines: body,
      }
    return readCase(head, body, line)
  } catch (error) {
    return { kind: 'broken', line, reason: error instanceof Error ? error.message : String(error) }
  }
}

const instant = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(\S+)\s+)?(.+)$/
const range =
  /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/

function readCase(head: string, body: readonly string[], line: number): Case {
  const [, mode, at = '0', query] = instant.exec(head) ?? []
  if (query !== undefined) {
    const expectation = readExpectations(mode, body)
    const { bounds } = expectation
    if (bounds === undefined && expectation.series.some(({ values }) => values.length > 1))
      throw scriptFault(`${head} is of one time, and several values are expected`)
    const atMs = bounds?.endMs ?? msOf(at)
    return { kind: 'case', line, query, startMs: atMs, endMs: atMs, expectation }
  }
  const [, rangeMode, from = '', to = '', step = '', ranged] = range.exec(head) ?? []
  if (ranged === undefined) throw scriptFault(`${head} is no command`)
  const expectation = readExpectations(rangeMode, body)
  const bounds = { startMs: msOf(from), endMs: msOf(to), stepMs: msOf(step) }
  return { kind: 'case', line, query: ranged, ...bounds, expectation }
}

function msOf(text: string): number {
  const ms = parseDurationMs(text)
  if (ms === undefined) throw scriptFault(`${text} is no duration`)
  return ms
}
