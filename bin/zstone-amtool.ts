/** Beside amtool: why an alert was told, what happened, who works on it, whether one is reached. */
import { homedir, userInfo } from 'node:os'
import { messageOf } from '#lib/errors'
import { readArguments, UsageError } from './amtool/arguments.ts'
import { readConfigFiles } from './amtool/config-file.ts'
import { usageOf } from './amtool/usage.ts'
import { version } from './compose/program.ts'

const name = 'zstone-amtool'

/** Answers with the exit code, which is amtool's. */
async function run(args: readonly string[]): Promise<number> {
  if (args.includes('--version')) return say(`${name}, version ${version}`)
  const files = [`${homedir()}/.config/amtool/config.yml`, '/etc/amtool/config.yml']
  const older = [`${homedir()}/.config/prometheus/amtool.yml`, '/etc/prometheus/amtool.yml']
  const asked = args.filter((arg) => !/^(--?help|-h|help)$/.test(arg))
  if (asked.length < args.length || args.length === 0) return say(usageOf(name, asked[0]))
  const { verb, ...given } = readArguments(asked, readConfigFiles([...files, ...older]))
  const lines = await verb.run({ ...given, author: given.author ?? userInfo().username })
  return say(lines.join('\n'))
}

function say(text: string): number {
  if (text !== '') process.stdout.write(`${text}\n`)
  return 0
}

process.exitCode = await run(process.argv.slice(2)).catch((error) => {
  const hint = error instanceof UsageError ? ', try --help' : ''
  process.stderr.write(`${name}: error: ${messageOf(error)}${hint}\n`)
  return 1
})
