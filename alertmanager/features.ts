/** `--enable-feature`: upstream's list of names. */
import type { Setting } from '#lib/config'
import { matcherModeOf } from './config/matchers.ts'

const known = [
  'alert-names-in-metrics',
  'receiver-name-in-metrics',
  'group-key-in-metrics',
  'classic-mode',
  'utf8-strict-mode',
  'auto-gomemlimit',
  'event-recorder',
] as const

export type Feature = (typeof known)[number]

export function features(
  options: Pick<Setting<unknown>, 'name' | 'help'>,
): Setting<readonly Feature[]> {
  return {
    ...options,
    default: [],
    show: (chosen) => chosen.join(','),
    parse: (raw) => {
      const names = (Array.isArray(raw) ? raw.map(String) : String(raw).split(','))
        .map((name) => name.trim())
        .filter((name) => name !== '')
      matcherModeOf(names)
      return names.map((name) => {
        const found = known.find((one) => one === name)
        if (found === undefined)
          throw new Error(
            `unknown option '${name}' for --enable-feature; known: ${known.join(', ')}`,
          )
        return found
      })
    },
  }
}
