/** The pages of `--help`. */
import { tableOf } from '#lib/table'
import { globalFlags } from './arguments.ts'
import type { FlagOf } from './verb.ts'
import { verbs } from './verbs/index.ts'

export function usageOf(name: string, verbName: string | undefined): string {
  const verb = verbs.find((one) => one.name === verbName)
  if (verb !== undefined)
    return [
      `usage: ${name} ${verb.usage}`,
      '',
      verb.about,
      '',
      'Flags:',
      ...flagLines([...globalFlags, ...verb.flags]),
    ].join('\n')
  return [
    `usage: ${name} [<flags>] <command> [<args> ...]`,
    '',
    'Beside amtool, whose configuration files it reads: what that one does not ask.',
    '',
    'Flags:',
    ...flagLines(globalFlags),
    '',
    'Commands:',
    ...tableOf(verbs.map((one) => [`  ${one.usage}`, one.about])),
  ].join('\n')
}

const flagLines = (flags: readonly FlagOf[]) =>
  tableOf(
    flags.map(({ name, letter, value, about }) => [
      `  ${letter === undefined ? '   ' : `-${letter},`} --${name}=${value}`,
      about,
    ]),
  )
