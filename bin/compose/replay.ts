/** `zstnadm replay`: what changed rules would have made of the samples that a server has. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from '#api/errors'
import { systemClock } from '#lib/clock'
import {
  type Ask,
  createHistory,
  exitCodeOf,
  loadRules,
  type Pace,
  printReplay,
  type Replay,
  readAlertmanagers,
  readRunning,
  readServer,
  replay,
  replayJson,
  rulesOf,
  type Server,
  type Sides,
  sidesOf,
  type TimedGroup,
  timedBy,
} from '#rules'
import { createAsk } from './ask-prometheus.ts'
import { openReplayAlerting, type ReplayAlerting } from './replay-alerting.ts'
import { checkOf, createEvaluator } from './replay-evaluator.ts'
import { type ReplayFlags, readFlags, replayUsage } from './replay-flags.ts'

export interface ReplayAnswer {
  readonly text: string
  readonly exitCode: number
}

/** A server that does its own work meanwhile is asked for little at a time. */
const paces = {
  zstone: { stepsFirst: 32, answerMs: 50, restFactor: 1, refusalsMax: 40 },
  prometheus: { stepsFirst: 2000, answerMs: 5000, restFactor: 0, refusalsMax: 40 },
} satisfies Record<string, Pace>

/** Rejects with one line where it cannot be replayed. */
export async function replayRules(args: readonly string[]): Promise<ReplayAnswer> {
  const flags = readFlags(args, systemClock.nowMs())
  if (flags === undefined) return { text: `${replayUsage}\n`, exitCode: 0 }
  if (flags.changed.length === 0 && flags.rules.length > 0)
    throw fault('REPLAY_INVALID', { parameter: '--changed', given: '', wanted: 'what to compare' })
  const ask = createAsk(flags.url)
  const server = await readServer(ask)
  const source = `${flags.url.origin}${flags.url.pathname.replace(/\/+$/, '')}`
  const given = await sidesFor(flags, { ask, server, source })
  const { fromMs, toMs, isJson } = flags
  const alerting = await openReplayAlerting({
    ...{ url: flags.alertmanager, configFile: flags.alertmanagerConfig },
    ...{ hasSilences: flags.hasSilences, fromMs, toMs },
    guesses: await guessesFor(flags.url, ask, server),
  })
  const done = await replay({
    ...given,
    compares: flags.changed.length === 0 ? 'record' : 'rules',
    window: { fromMs, toMs },
    isFromOptional: !flags.isFromGiven,
    history: createHistory({
      ...{ name: source, ask, clock: systemClock },
      pace: server.isZstone ? paces.zstone : paces.prometheus,
    }),
    evaluator: createEvaluator(server),
    ...server,
    requestsAtOnce: server.isZstone ? 1 : 4,
    rehearse: alerting.rehearse,
  })
  const result = withNotes(done, server, alerting)
  const text = isJson ? replayJson(result) : printReplay(result)
  return { text, exitCode: exitCodeOf(result) }
}

interface Asked {
  readonly ask: Ask
  readonly server: Server
  readonly source: string
}

interface GivenSides {
  readonly sides: Sides
  readonly running: ReturnType<typeof rulesOf>
}

async function sidesFor(flags: ReplayFlags, asked: Asked): Promise<GivenSides> {
  const { server } = asked
  const check = checkOf(server.version)
  const running = await runningAt(asked, flags.rules.length > 0)
  const rules = await loadRules(await filesFor('--rules', flags.rules), check)
  const isWhole = rules.length > 0
  const before = isWhole ? rules.map(timedBy(running, server)) : running
  const changed = await loadRules(await filesFor('--changed', flags.changed), check)
  const sides =
    changed.length === 0
      ? { before, after: before, placements: [] }
      : sidesOf({ running: before, changed, server, isWhole })
  return { sides, running: rulesOf(running) }
}

/** Where the rules are given it is good to know those that run, and no more. */
async function runningAt(asked: Asked, areRulesGiven: boolean): Promise<readonly TimedGroup[]> {
  const { ask, source, server } = asked
  const running = readRunning(ask, { source, isZstone: server.isZstone })
  return areRulesGiven ? running.catch(() => []) : running
}

/** A folder stands for its rule files, without those that test them. */
async function filesFor(flag: string, given: readonly string[]): Promise<readonly string[]> {
  const all: string[] = []
  for (const one of given) {
    const about = await stat(one).catch(() => undefined)
    if (about?.isDirectory() !== true) all.push(one)
    else {
      const names = await readdir(one)
      const files = names.filter((name) => /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name))
      if (files.length === 0) throw noRules(flag, one)
      all.push(...files.sort().map((name) => join(one, name)))
    }
  }
  return all
}

const noRules = (parameter: string, given: string) =>
  fault('REPLAY_INVALID', { parameter, given, wanted: 'files, folders or patterns of rule files' })

/** The alertmanagers that the server names, and zstone's own beside it. */
async function guessesFor(url: URL, ask: Ask, server: Server): Promise<readonly string[]> {
  const named = await readAlertmanagers(ask)
  return named.length === 0 && server.isZstone ? [`${url.protocol}//${url.hostname}:9093`] : named
}

function withNotes(done: Replay, server: Server, alerting: ReplayAlerting): Replay {
  if (done.compares === 'record') return done
  const { rehearse, about } = alerting
  const notes = [
    rehearse === undefined
      ? `Who would be told is not known: ${about}`
      : `Who would be told follows from ${about}, each notification being taken at once`,
    ...(server.relabels ? ['Alerts are told without the alert_relabel_configs of the server'] : []),
  ]
  return { ...done, notes: [...done.notes, ...notes] }
}
