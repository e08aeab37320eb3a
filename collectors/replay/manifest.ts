/** Which program answers what: the file `manifest.json` of a folder of device commands. */
import { fault } from '#api/errors'

const modes = ['hang', 'slow', 'truncated', 'garbage', 'dead', 'asleep'] as const
export type Mode = (typeof modes)[number]

export interface Answer {
  /** As it is called: `smartctl`. */
  readonly program: string
  /** The answer is that of the first entry all of whose words are among the arguments. */
  readonly when: readonly string[]
  /** A file of the folder; one that is not there is a device that died. */
  readonly output?: string
  /** Exit status; absent: that which a recording of smartctl holds, else 0. */
  readonly exit?: number
  readonly mode?: Mode
  /** Of `slow`; default 2. */
  readonly seconds?: number
}

type Check = readonly [expected: string, holds: (value: unknown) => boolean]

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isNumber = (value: unknown, most: number) =>
  typeof value === 'number' && value >= 0 && value <= most

const checks: Readonly<Record<string, Check>> = {
  program: ['the name of a program', (value) => isText(value) && /^[\w.+-]{1,64}$/.test(value)],
  when: [
    'a list of words',
    (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  ],
  output: ['the name of a file', isText],
  exit: [
    'a whole number from 0 to 255',
    (value) => Number.isInteger(value) && isNumber(value, 255),
  ],
  mode: [`one of ${modes.join(', ')}`, (value) => modes.some((mode) => mode === value)],
  seconds: ['a number up to 3600', (value) => isNumber(value, 3600)],
}
const answersMax = 10_000

/** Throws where the text is no manifest, saying what is wrong. */
export function parseManifest(text: string, file: string): readonly Answer[] {
  const refuse = (reason: string, cause?: unknown) =>
    fault('MANIFEST_INVALID', { file, reason }, cause)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw refuse('it is no JSON', cause)
  }
  const answers = isObject(json) ? json['answers'] : undefined
  if (!Array.isArray(answers) || answers.length === 0 || answers.length > answersMax)
    throw refuse(`expected {"answers": […]} with up to ${answersMax} of them`)
  answers.forEach((answer: unknown, i) => {
    const problem = problemOf(answer)
    if (problem !== undefined) throw refuse(`answer ${i + 1}: ${problem}`)
  })
  return answers as readonly Answer[] // Every field has just been looked at.
}

function problemOf(answer: unknown): string | undefined {
  if (!isObject(answer)) return 'expected an object'
  for (const [key, value] of Object.entries(answer)) {
    const [expected, holds] = (Object.hasOwn(checks, key) && checks[key]) || []
    if (expected === undefined)
      return `"${key}" is unknown; known are ${Object.keys(checks).join(', ')}`
    if (!holds?.(value)) return `"${key}" has to be ${expected}`
  }
  if (answer['program'] === undefined || answer['when'] === undefined)
    return 'it needs "program" and "when"'
  const { output, mode } = answer
  if (output === undefined && (mode === undefined || mode === 'slow' || mode === 'truncated'))
    return 'it needs "output", or a mode that has none: hang, garbage, dead, asleep'
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
