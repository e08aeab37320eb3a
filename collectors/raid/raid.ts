/** RAID controllers through the tools of their makers: volumes, members, batteries. */
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import { createProgram, type Program } from '../program.ts'
import { createReasons } from '../reasons.ts'
import { addRaid } from './metrics.ts'
import { type FoundController, type RaidTool, raidTools, type ToolName } from './tools.ts'

export interface RaidOptions {
  readonly clock: Clock
  readonly log: Log
  /** Paths of tools; absent: where their packages put them; empty: the tool is not asked. */
  readonly toolPaths?: Readonly<Partial<Record<ToolName, string | undefined>>> | undefined
  readonly everyMs?: number
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Controllers are slow to answer, the more so with a drive that fails. Default 30 s. */
  readonly toolDeadlineMs?: number
}

const readable = gauge('zstone_raid_tool_readable', 'Whether the tool gave an answer we can read.')

interface Answer {
  readonly tool: ToolName
  /** Undefined: it could not be read. */
  readonly found: readonly FoundController[] | undefined
}

export function createRaid(options: RaidOptions): Collector {
  const { clock, log, toolPaths, everyMs = 300_000, env, toolDeadlineMs = 30_000 } = options
  const reasons = createReasons(log, 'tool')
  const deadlineMs = 4 * toolDeadlineMs
  const programs = raidTools.map((tool) => {
    const path = toolPaths?.[tool.name] ?? tool.paths
    return [tool, createProgram({ path, clock, deadlineMs: toolDeadlineMs, env })] as const
  })
  /** Undefined: not installed. */
  const ask = async (
    [tool, program]: readonly [RaidTool, Program],
    stop: AbortSignal,
  ): Promise<Answer | undefined> => {
    try {
      const found = await tool.read((args) => program.ask(args, { subject: tool.name, stop }))
      reasons.tell(tool.name, undefined)
      return found && { tool: tool.name, found }
    } catch (error) {
      reasons.tell(tool.name, messageOf(error))
      return { tool: tool.name, found: undefined }
    }
  }
  return {
    name: 'raid',
    deadlineMs,
    pace: { everyMs, ageMsMax: 2 * everyMs + deadlineMs },
    async collect(stop) {
      const families = createFamilies()
      const answers = await Promise.all(programs.map((program) => ask(program, stop)))
      const seen = new Map<string, ToolName>()
      for (const answer of answers) {
        if (answer === undefined || isSpokenFor(answer.tool, answers)) continue
        families.add(readable, { tool: answer.tool }, answer.found === undefined ? 0 : 1)
        for (const found of answer.found ?? []) addOnce(families, { ...answer, found, seen })
      }
      return families.list()
    },
  }
}

/** Whether a newer tool answers for the same controllers, which this one does not name. */
const isSpokenFor = (tool: ToolName, answers: readonly (Answer | undefined)[]) =>
  tool === 'megacli' &&
  answers.some((other) => /^(stor|perc)cli$/.test(other?.tool ?? '') && other?.found?.length)

/** Two tools of one family find the same controller: the first that does speaks for it. */
function addOnce(
  families: Families,
  { tool, found, seen }: { tool: ToolName; found: FoundController; seen: Map<string, ToolName> },
): void {
  const { serial } = found.report
  if (serial !== '' && (seen.get(serial) ?? tool) !== tool) return
  seen.set(serial, tool)
  addRaid(families, tool, found.report)
  found.addOwn?.(families)
}
