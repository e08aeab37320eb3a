/**
 * Settings: declared once by each part with default, unit and help; merged once by a program
 * (default < file < environment < flag) into one frozen typed tree that remembers its sources.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { formatDuration, parseDurationMs, parseGoDurationMs } from './duration.ts'
import { faultsOf, messageOf } from './errors.ts'
import { nearest } from './nearest.ts'

export interface Setting<T> {
  /** Dotted, in the field's own spelling: `web.listen-address`. It is the flag and the file key. */
  readonly name: string
  readonly default: T
  /** One sentence. */
  readonly help: string
  /** Extra environment names that everyone knows, such as `DATABASE_URL`. */
  readonly env?: string
  /** A secret is never printed. */
  readonly secret?: boolean
  /** The flag may be given several times; `parse` gets the list. */
  readonly repeats?: boolean
  /** As a flag would say it, where that is not the value's own text. */
  show?(value: T): string
  /** Takes text or what YAML holds; throws a sentence that says what would be right. */
  readonly parse: (raw: unknown) => T
}

export type Settings = { readonly [key: string]: Setting<unknown> | Settings }

export type Values<S> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : Values<S[K]>
}

export type Source = 'default' | 'file' | 'environment' | 'flag'

export interface ConfigRow {
  readonly key: string
  readonly value: unknown
  readonly source: Source
  readonly help: string
  /** The value as a flag would say it: `5m` where the value is 300000. */
  readonly shown: string
  readonly repeats: boolean
}

export interface Config<S extends Settings> {
  readonly values: Values<S>
  readonly rows: readonly ConfigRow[]
  /** Sentences about variables of the environment that nearly have the name of a setting. */
  readonly slips: readonly string[]
}

export interface ConfigInput {
  /** Arguments after the program's name. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** The setting whose value names a YAML file with further settings. */
  readonly fileKey?: string
}

export const configFault = faultsOf({
  CONFIG_INVALID: { status: 400, retry: false, message: 'Cannot use {where}: {reason}' },
})

type Options<T> = Omit<Setting<T>, 'parse'>

export const text = (options: Options<string>): Setting<string> => ({
  ...options,
  parse: (raw) => {
    if (typeof raw === 'object' && raw !== null) throw new Error('expected text')
    return String(raw)
  },
})

/** Text that may be absent. */
export const optionalText = (options: Omit<Options<string>, 'default'>) => ({
  ...text({ ...options, default: '' }),
  default: undefined as string | undefined,
})

/** A flag that may be given several times; the environment separates by commas. */
export const texts = (options: Options<readonly string[]>): Setting<readonly string[]> => ({
  ...options,
  repeats: true,
  show: (values) => values.join(','),
  parse: (raw) => {
    const all = Array.isArray(raw) ? raw.map(String) : String(raw).split(',')
    const given = all.map((value) => value.trim()).filter((value) => value !== '')
    if (given.length === 0) throw new Error('expected at least one value')
    return given
  },
})

export const flag = (options: Options<boolean>): Setting<boolean> => ({
  ...options,
  parse: (raw) => {
    if (raw === true || raw === 'true' || raw === '') return true
    if (raw === false || raw === 'false') return false
    throw new Error(`expected true or false, found "${String(raw)}"`)
  },
})

export const whole = (
  options: Options<number> & { least?: number; most?: number },
): Setting<number> => ({
  ...options,
  parse: (raw) => {
    const value = Number(raw)
    const { least = 0, most = Number.MAX_SAFE_INTEGER } = options
    if (!Number.isSafeInteger(value) || value < least || value > most)
      throw new Error(`expected a whole number from ${least} to ${most}, found "${String(raw)}"`)
    return value
  },
})

/** Milliseconds, written as Prometheus writes durations, `15s`, `1h30m`, or as Go does: `1.5h`. */
export const duration = (
  options: Omit<Options<number>, 'default'> & { default: string },
): Setting<number> => {
  const parse = (raw: unknown) => {
    const ms = parseDurationMs(String(raw)) ?? parseGoDurationMs(String(raw))
    if (ms === undefined) throw new Error(`expected a duration such as 15s, found "${String(raw)}"`)
    return ms
  }
  return { ...options, default: parse(options.default), parse, show: formatDuration }
}

export const choice = <const T extends string>(
  options: Options<T> & { of: readonly T[] },
): Setting<T> => ({
  ...options,
  help: `${options.help} One of: ${options.of.join(', ')}.`,
  parse: (raw) => {
    const found = options.of.find((allowed) => allowed === raw)
    if (found === undefined)
      throw new Error(`expected one of ${options.of.join(', ')}, found "${String(raw)}"`)
    return found
  },
})

/** A list or object that only the file can hold; `parse` validates it. */
export const structure = <T>(options: Setting<T>): Setting<T> => options

export function readConfig<S extends Settings>(settings: S, input: ConfigInput): Config<S> {
  const leaves = leavesOf(settings, [])
  const flags = parseFlags(input.args, leaves)
  const fromEnv = envOf(leaves, input.env)
  const filePath =
    input.fileKey === undefined
      ? undefined
      : (flags.get(input.fileKey) ?? fromEnv.get(input.fileKey))
  const file = filePath === undefined ? new Map() : readFile(String(filePath), leaves)
  const rows: ConfigRow[] = []
  const values = {}
  for (const { key, path, setting } of leaves) {
    const [source, raw] = pick(key, { flags, fromEnv, file })
    const value = source === 'default' ? setting.default : parsed(setting, raw, `${source} ${key}`)
    place(values, path, value)
    rows.push({
      key,
      value: setting.secret && isGiven(value) ? '<secret>' : value,
      source,
      help: setting.help,
      shown: setting.secret && isGiven(value) ? '<secret>' : shownAs(setting, value),
      repeats: setting.repeats ?? false,
    })
  }
  const slips = slipsIn(leaves, input.env)
  return Object.freeze({ values: deepFreeze(values) as Values<S>, rows, slips })
}

/** Every setting as its flag would say it; secrets are left out. */
export function flagTexts<S extends Settings>(settings: S, values: Values<S>): Map<string, string> {
  const found = new Map<string, string>()
  for (const { key, path, setting } of leavesOf(settings, []))
    if (!setting.secret) found.set(key, shownAs(setting, valueAt(values, path)))
  return found
}

function valueAt(tree: unknown, path: readonly string[]): unknown {
  let at = tree
  for (const name of path) at = (at as Readonly<Record<string, unknown>>)[name] // As declared.
  return at
}

function shownAs(setting: Setting<unknown>, value: unknown): string {
  if (value === undefined) return ''
  if (setting.show !== undefined) return setting.show(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}

interface Leaf {
  readonly key: string
  readonly path: readonly string[]
  readonly setting: Setting<unknown>
}

function leavesOf(settings: Settings, path: readonly string[]): Leaf[] {
  return Object.entries(settings).flatMap(([name, entry]) =>
    isSetting(entry)
      ? [{ key: [...path, entry.name].join('.'), path: [...path, name], setting: entry }]
      : leavesOf(entry, [...path, name]),
  )
}

function isSetting(entry: Setting<unknown> | Settings): entry is Setting<unknown> {
  return typeof entry['parse'] === 'function'
}

function pick(
  key: string,
  from: Record<'flags' | 'fromEnv' | 'file', ReadonlyMap<string, unknown>>,
): [Source, unknown] {
  if (from.flags.has(key)) return ['flag', from.flags.get(key)]
  if (from.fromEnv.has(key)) return ['environment', from.fromEnv.get(key)]
  if (from.file.has(key)) return ['file', from.file.get(key)]
  return ['default', undefined]
}

/**
 * Go's spelling: `--a=b`, `--a b`, and a bare `--a` or `--no-a` for a boolean; one dash serves as
 * well.
 */
function parseFlags(args: readonly string[], leaves: readonly Leaf[]): Map<string, unknown> {
  const known = new Map(leaves.map((leaf) => [leaf.key, leaf]))
  const switches = leaves.filter(({ setting }) => typeof setting.default === 'boolean')
  const bare = new Map<string, [key: string, value: boolean]>(
    switches.flatMap(({ key }) => [
      [key, [key, true]],
      [`no-${key}`, [key, false]],
    ]),
  )
  const found = new Map<string, unknown>()
  for (let i = 0; i < args.length; i++) {
    const [, name, , given] = /^--?([\w.-]+)(=(.*))?$/s.exec(args[i] ?? '') ?? []
    const [switched, value] = (given === undefined && bare.get(name ?? '')) || []
    if (switched !== undefined) found.set(switched, value)
    else {
      add(found, leafFor(name, args[i] ?? '', known), given ?? args[++i])
    }
  }
  return found
}

function leafFor(name: string | undefined, arg: string, known: ReadonlyMap<string, Leaf>): Leaf {
  const reason = 'a setting is given as --name=value'
  if (name === undefined)
    throw configFault('CONFIG_INVALID', { where: `argument "${arg}"`, reason })
  const leaf = known.get(name)
  if (leaf === undefined) throw unknown(`flag ${arg}`, name, known)
  return leaf
}

function add(found: Map<string, unknown>, { key, setting }: Leaf, value: string | undefined): void {
  if (value === undefined)
    throw configFault('CONFIG_INVALID', { where: `flag --${key}`, reason: 'a value is missing' })
  found.set(key, setting.repeats ? [...listOf(found.get(key)), value] : value)
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function envOf(leaves: readonly Leaf[], env: ConfigInput['env']): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const { key, setting } of leaves) {
    const value = env[variableOf(key)] ?? (setting.env === undefined ? undefined : env[setting.env])
    if (value !== undefined && value !== '') found.set(key, value)
  }
  return found
}

const prefix = 'ZSTONE_'

const variableOf = (key: string) => `${prefix}${key.replace(/[.-]/g, '_').toUpperCase()}`

/** Variables of other programs are none of our business: only what is nearly ours is told. */
function slipsIn(leaves: readonly Leaf[], env: ConfigInput['env']): readonly string[] {
  const bare = (variable: string) => variable.slice(prefix.length)
  const known = leaves.map(({ key }) => variableOf(key))
  const strange = Object.keys(env).filter(
    (variable) => variable.startsWith(prefix) && !known.includes(variable),
  )
  return strange.flatMap((variable) => {
    const near = nearest(bare(variable), known.map(bare), 0.8)
    const meant = near === undefined ? '' : prefix + near
    return near === undefined ? [] : [`${variable} is not read; did you mean ${meant}?`]
  })
}

/** Read in only where there is a file: most programs start without one. */
const yaml = () => createRequire(import.meta.url)('yaml') as typeof import('yaml') // Untyped there.

function readFile(path: string, leaves: readonly Leaf[]): Map<string, unknown> {
  const known = new Map(leaves.map((leaf) => [leaf.key, leaf]))
  let tree: unknown
  try {
    tree = yaml().parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const reason = messageOf(cause).split('\n')[0]
    throw configFault('CONFIG_INVALID', { where: `configuration file ${path}`, reason })
  }
  const found = new Map<string, unknown>()
  flatten(tree ?? {}, '', { known, found, path })
  return found
}

function flatten(
  tree: unknown,
  prefix: string,
  sink: { known: ReadonlyMap<string, Leaf>; found: Map<string, unknown>; path: string },
): void {
  if (sink.known.has(prefix)) sink.found.set(prefix, tree)
  else if (typeof tree === 'object' && tree !== null && !Array.isArray(tree))
    for (const [name, branch] of Object.entries(tree))
      flatten(branch, prefix === '' ? name : `${prefix}.${name}`, sink)
  else throw unknown(`configuration file ${sink.path}`, prefix, sink.known)
}

function unknown(where: string, key: string, known: ReadonlyMap<string, unknown>) {
  const near = nearest(key, [...known.keys()])
  const hint = near === undefined ? '' : `; did you mean "${near}"?`
  return configFault('CONFIG_INVALID', {
    where,
    reason: `no setting has the name "${key}"${hint}`,
  })
}

function parsed(setting: Setting<unknown>, raw: unknown, where: string): unknown {
  try {
    return setting.parse(raw)
  } catch (error) {
    throw configFault('CONFIG_INVALID', { where, reason: messageOf(error) })
  }
}

function place(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path
  if (head === undefined) return
  if (rest.length === 0) tree[head] = value
  else {
    tree[head] ??= {}
    place(tree[head] as Record<string, unknown>, rest, value)
  }
}

function deepFreeze<T>(tree: T): T {
  if (typeof tree === 'object' && tree !== null)
    for (const branch of Object.values(tree)) deepFreeze(branch)
  return Object.freeze(tree)
}
