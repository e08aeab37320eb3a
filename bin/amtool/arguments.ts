/** Reads the command line as amtool reads its own: flags and words in any order after the verb. */
import { parseDurationMs, parseGoDurationMs } from '#lib/duration'
import { defaultDateFormat } from './date-format.ts'
import type { Asked, FlagOf, Output, Verb } from './verb.ts'
import { verbs } from './verbs/index.ts'

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const globalFlags: readonly FlagOf[] = [
  { name: 'alertmanager.url', value: 'URL', about: 'The alertmanager to talk to.' },
  { name: 'output', letter: 'o', value: 'simple', about: 'simple, extended or json.' },
  { name: 'timeout', value: '30s', about: 'How long an answer may take.' },
  { name: 'date.format', value: 'LAYOUT', about: 'How times are written, as Go does.' },
]

export interface Given extends Omit<Asked, 'author'> {
  readonly verb: Verb
  readonly author: string | undefined
}

/** `defaults` are what configuration files say. */
export function readArguments(
  args: readonly string[],
  defaults: ReadonlyMap<string, string>,
): Given {
  const verbAt = args.findIndex((arg, i) => !arg.startsWith('-') && !takesNext(args[i - 1]))
  const verb = verbs.find(({ name }) => name === args[verbAt])
  if (verb === undefined)
    throw new UsageError(
      verbAt === -1 ? 'command not specified' : `expected command but got "${args[verbAt]}"`,
    )
  const rest = args.filter((_, i) => i !== verbAt)
  const { words, flags } = split(rest, [...globalFlags, ...verb.flags])
  const last = (name: string) => flags.get(name)?.at(-1) ?? defaults.get(name)
  const url = last('alertmanager.url')
  if (url === undefined) throw new UsageError('required flag --alertmanager.url not provided')
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError(`--alertmanager.url "${url}" is no http or https address`)
  return {
    verb,
    words,
    flags,
    url,
    output: outputOf(last('output') ?? 'simple'),
    timeoutMs: durationMs('--timeout', last('timeout') ?? '30s'),
    dateFormat: last('date.format') ?? defaultDateFormat,
    author: last('author'),
  }
}

function durationMs(what: string, given: string): number {
  const ms = parseDurationMs(given) ?? parseGoDurationMs(given)
  if (ms === undefined) throw new UsageError(`${what} "${given}" is no duration such as 30s`)
  return ms
}

function outputOf(given: string): Output {
  if (given === 'simple' || given === 'extended' || given === 'json') return given
  throw new UsageError(`enum value must be one of extended,json,simple, got '${given}'`)
}

/** Before the verb stand global flags only. */
const takesNext = (arg: string | undefined) =>
  globalFlags.some(({ name, letter }) => arg === `--${name}` || arg === `-${letter}`)

function split(args: readonly string[], known: readonly FlagOf[]) {
  const words: string[] = []
  const flags = new Map<string, string[]>()
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--') {
      words.push(...args.slice(i + 1))
      break
    }
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg)
      continue
    }
    const { flag, value = args[++i] } = flagOf(arg, known)
    if (value === undefined) throw new UsageError(`expected argument for flag '--${flag.name}'`)
    flags.set(flag.name, [...(flags.get(flag.name) ?? []), value])
  }
  return { words, flags }
}

/** `--name=value`, `--name value`, `-o value`, `-ovalue`. */
function flagOf(arg: string, known: readonly FlagOf[]) {
  const [, long, , value] = /^--([\w.-]+)(=(.*))?$/s.exec(arg) ?? []
  const flag = known.find(({ name, letter }) =>
    long === undefined ? letter !== undefined && arg[1] === letter : name === long,
  )
  if (flag === undefined)
    throw new UsageError(
      long === undefined ? `unknown short flag '${arg}'` : `unknown long flag '--${long}'`,
    )
  if (long !== undefined) return { flag, value }
  return { flag, value: arg.length > 2 ? arg.slice(2) : undefined }
}
