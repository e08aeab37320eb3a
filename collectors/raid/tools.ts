/** The list of RAID tools: what each is asked, in turn. To add one: its parser, and a row here. */
import { fault } from '#api/errors'
import type { ProgramOutput } from '#lib/proc/run'
import type { Families } from '../families.ts'
import { countArcconf, parseArcconf, parseArcconfProgress } from './arcconf.ts'
import { parseMegacli } from './megacli.ts'
import type { RaidController } from './report.ts'
import { listSasircu, parseSasircu, parseSasircuProgress } from './sasircu.ts'
import { parseSsacli } from './ssacli.ts'
import { parseRebuilds, parseStorcli } from './storcli.ts'
import { addStorcli } from './storcli-metrics.ts'
import { reportOf } from './storcli-report.ts'

/** Runs the tool; undefined: it is not installed. */
export type AskTool = (args: readonly string[]) => Promise<ProgramOutput | undefined>

export interface RaidTool {
  readonly name: ToolName
  /** What it may be called on the PATH, and where its maker puts it, mostly off the PATH. */
  readonly paths: readonly string[]
  /** Undefined: it is not installed. Throws where its answer makes no sense. */
  read(ask: AskTool): Promise<readonly FoundController[] | undefined>
}

export interface FoundController {
  readonly report: RaidController
  /** Adds what the tool's own metrics are, beside those that all tools share. */
  readonly addOwn?: (families: Families) => void
}

export type ToolName =
  | 'storcli'
  | 'perccli'
  | 'megacli'
  | 'ssacli'
  | 'sas2ircu'
  | 'sas3ircu'
  | 'arcconf'

const controllersMax = 16

const opt = '/opt/MegaRAID'

export const raidTools: readonly RaidTool[] = [
  {
    name: 'storcli',
    paths: ['storcli', 'storcli64', `${opt}/storcli/storcli64`],
    read: readStorcli,
  },
  {
    name: 'perccli',
    paths: ['perccli', 'perccli64', `${opt}/perccli/perccli64`],
    read: readStorcli,
  },
  {
    name: 'megacli',
    paths: ['megacli', 'MegaCli64', `${opt}/MegaCli/MegaCli64`],
    read: readMegacli,
  },
  {
    name: 'ssacli',
    paths: ['ssacli', '/opt/smartstorageadmin/ssacli/bin/ssacli'],
    read: readSsacli,
  },
  { name: 'sas2ircu', paths: ['sas2ircu'], read: readSasircu },
  { name: 'sas3ircu', paths: ['sas3ircu'], read: readSasircu },
  { name: 'arcconf', paths: ['arcconf', '/usr/Arcconf/arcconf'], read: readArcconf },
]

async function readStorcli(ask: AskTool) {
  // Without `nolog` it leaves a file in the folder that it is run in, each time.
  const all = await ask(['/cALL', 'show', 'all', 'J', 'nolog'])
  if (all === undefined) return undefined
  const known = parseStorcli(all.output)
  if (known.length === 0) return []
  const details = await ask(['/cALL/eALL/sALL', 'show', 'all', 'J', 'nolog'])
  // Where no drive sits in an enclosure this is refused: the list of drives stands without it.
  const found = details?.exitCode === 0 ? parseStorcli(all.output, details.output) : known
  const isRebuilding = found.some(({ drives }) =>
    [...drives.values()].some(({ row }) => row['State'] === 'Rbld'),
  )
  const rebuilds = isRebuilding
    ? await ask(['/cALL/eALL/sALL', 'show', 'rebuild', 'J', 'nolog'])
    : undefined
  const progress = rebuilds?.exitCode === 0 ? parseRebuilds(rebuilds.output) : undefined
  return found.map((controller) => ({
    report: reportOf(controller, progress),
    addOwn: (families: Families) => addStorcli(families, controller),
  }))
}

async function readMegacli(ask: AskTool) {
  const drives = await ask(['-LdPdInfo', '-aALL', '-NoLog'])
  if (drives === undefined) return undefined
  const batteries = await ask(['-AdpBbuCmd', '-aALL', '-NoLog'])
  return found('megacli', drives, parseMegacli(drives.output, batteries?.output))
}

async function readSsacli(ask: AskTool) {
  const said = await ask(['ctrl', 'all', 'show', 'config', 'detail'])
  return said === undefined ? undefined : found('ssacli', said, parseSsacli(said.output))
}

async function readSasircu(ask: AskTool) {
  const list = await ask(['LIST'])
  if (list === undefined) return undefined
  const controllers: FoundController[] = []
  for (const index of listSasircu(list.output).slice(0, controllersMax)) {
    const said = await ask([index, 'DISPLAY'])
    if (said === undefined) continue
    const these = found('sasircu', said, parseSasircu(said.output))
    const status = these.some(isMending) ? await ask([index, 'STATUS']) : undefined
    controllers.push(...withProgress(these, parseSasircuProgress(status?.output ?? '')))
  }
  return controllers
}

async function readArcconf(ask: AskTool) {
  const controllers: FoundController[] = []
  for (let index = 1, count = 1; index <= Math.min(count, controllersMax); index++) {
    const said = await ask(['GETCONFIG', String(index), 'AL', 'nologs'])
    if (said === undefined) return undefined
    count = countArcconf(said.output)
    if (count === 0 && said.exitCode === 0) return []
    const these = found('arcconf', said, parseArcconf(said.output, String(index)))
    const isBusy = these.some(isMending)
    const tasks = isBusy ? await ask(['GETSTATUS', String(index), 'nologs']) : undefined
    controllers.push(...withProgress(these, parseArcconfProgress(tasks?.output ?? '')))
  }
  return controllers
}

/** Only then is it worth to ask how far it is. */
const isMending = ({ report }: FoundController) =>
  report.volumes.some(({ state }) => state.state === 'degraded' || state.state === 'rebuilding')

const withProgress = (
  controllers: readonly FoundController[],
  byVolume: ReadonlyMap<string, number>,
) =>
  controllers.map(({ report }) => ({
    report: {
      ...report,
      volumes: report.volumes.map((volume) => ({
        ...volume,
        state: { ...volume.state, progress: byVolume.get(volume.volume) ?? volume.state.progress },
      })),
    },
  }))

/** A tool without a controller says so in words; anything else that we cannot read is a fault. */
function found(
  program: string,
  { output, complaint, exitCode }: ProgramOutput,
  controllers: readonly RaidController[],
): readonly FoundController[] {
  const said = `${output}\n${complaint}`.trim()
  if (controllers.length === 0 && !/no (controllers?|adapters?|.{0,40}detected)/i.test(said)) {
    const reason = said.split('\n')[0]?.slice(0, 80) || `exit status ${exitCode}`
    throw fault('ANSWER_UNREADABLE', { program, reason: `no controller in it: ${reason}` })
  }
  return controllers.map((report) => ({ report }))
}
