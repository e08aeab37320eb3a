/** What every program does alike: settings, help, signals, one clear line when it cannot start. */
import { readFileSync } from 'node:fs'
import { systemClock } from '#lib/clock'
import { type Config, readConfig, type Settings } from '#lib/config'
import { messageOf, ZstoneError } from '#lib/errors'
import { helpPage } from './help.ts'

export const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version

/** What is known of how this was built: it runs as it stands, so that is its version and Node. */
export const buildInfo = {
  version,
  revision: 'unknown',
  branch: 'unknown',
  buildUser: 'unknown',
  buildDate: 'unknown',
  goVersion: `node${process.version}`,
}

export interface Program<S extends Settings> {
  readonly name: string
  readonly about: string
  readonly settings: S
  /** The setting that names a YAML file with further settings. */
  readonly fileKey?: string
  /** Opens everything; what it hands to `stack` is closed last first. */
  readonly start: (config: Config<S>, stack: AsyncDisposableStack) => Promise<void>
}

export async function runProgram<S extends Settings>(program: Program<S>): Promise<void> {
  const args = process.argv.slice(2)
  if (args.some((arg) => /^--?(help|h)$/.test(arg))) return print(helpOf(program))
  if (args.some((arg) => /^--?version$/.test(arg))) return print(versionOf(program.name))
  const stack = new AsyncDisposableStack()
  closeOnSignal(program.name, stack)
  try {
    await program.start(configOf(program, args), stack)
  } catch (error) {
    process.exitCode = 1
    complain(program.name, error)
    await stack.disposeAsync().catch((cause) => complain(program.name, cause))
    process.exit(1)
  }
}

export function configOf<S extends Settings>(
  { name, settings, fileKey }: Pick<Program<S>, 'name' | 'settings' | 'fileKey'>,
  args: readonly string[],
): Config<S> {
  const input = { args, env: process.env }
  const config = readConfig(settings, fileKey === undefined ? input : { ...input, fileKey })
  for (const slip of config.slips) process.stderr.write(`${name}: ${slip}\n`)
  return config
}

/** An expected error is one line; anything else is a fault of ours and shows its stack. */
function complain(name: string, error: unknown): void {
  const isExpected = error instanceof ZstoneError
  const detail = isExpected || !(error instanceof Error) ? messageOf(error) : error.stack
  process.stderr.write(`${name}: ${detail}\n`)
}

/**
 * The first signal closes in order; a second one, or 20 s, ends at once. A repeat within a second
 * is the same one: npm hands on the Ctrl-C that the terminal has already sent to everybody.
 */
function closeOnSignal(name: string, stack: AsyncDisposableStack): void {
  let firstMs: number | undefined
  const close = async () => {
    const nowMs = systemClock.monotonicMs()
    if (firstMs !== undefined && nowMs - firstMs > 1000) process.exit(130)
    if (firstMs !== undefined) return
    firstMs = nowMs
    systemClock.after(20_000, () => {
      complain(name, new Error('Cannot close in 20 s; what was acknowledged is safe on disk'))
      process.exit(1)
    })
    try {
      await stack.disposeAsync()
      process.exit(0)
    } catch (error) {
      complain(name, error)
      process.exit(1)
    }
  }
  process.on('SIGTERM', close)
  process.on('SIGINT', close)
}

function helpOf<S extends Settings>({ name, about, settings }: Program<S>): string {
  const { rows } = readConfig(settings, { args: [], env: {} })
  return helpPage({ name, about, rows })
}

/** As the Prometheus servers print theirs; what is not known is said to be so. */
function versionOf(name: string): string {
  const { revision, branch, buildUser, buildDate, goVersion } = buildInfo
  return [
    `${name}, version ${version} (branch: ${branch}, revision: ${revision})`,
    `  build user:       ${buildUser}`,
    `  build date:       ${buildDate}`,
    `  node version:     ${goVersion.replace(/^node/, '')}`,
    `  platform:         ${process.platform}/${process.arch}`,
  ].join('\n')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
