/**
 * Runs the fuzzers of a part, or of all: `npm run sim pushgateway`. One, again or shorter:
 * `npm run sim pushgateway/push -- --seed=7 --count=5000`. What fails prints its seed. Some take
 * what they work on: `--files=…`, several times.
 */
import { globSync } from 'node:fs'
import path from 'node:path'
import { messageOf } from '#lib/errors'
import { systemRandom } from '#lib/random'

/** What every `*.fuzz.ts` exports as `fuzz`. */
type Fuzz = (run: {
  readonly seed: number
  /** Of what, and how many by default, is each fuzzer's own. */
  readonly count: number | undefined
  /** Patterns; none: what comes with ZStone. */
  readonly files: readonly string[]
  readonly say: (text: string) => void
}) => Promise<unknown>

const words = process.argv.slice(2)
const places = words.filter((word) => !word.startsWith('--'))
const fuzzers = globSync('*/**/*.fuzz.ts', { exclude: ['node_modules/**'] })
  .filter((file) => places.length === 0 || places.some((place) => file.startsWith(place)))
  .sort()

if (fuzzers.length === 0) {
  console.error(`Cannot run ${places.join(', ')}: no *.fuzz.ts file is there`)
  process.exit(1)
}
for (const file of fuzzers) {
  const seed = numberOf('seed') ?? Math.floor(systemRandom.fraction() * 1e9)
  console.log(`\n# ${file} --seed=${seed}`)
  try {
    const { fuzz }: { fuzz: Fuzz } = await import(path.resolve(file))
    await fuzz({ seed, count: numberOf('count'), files: valuesOf('files'), say: console.log })
  } catch (error) {
    console.error(messageOf(error))
    process.exitCode = 1
  }
}

function valuesOf(flag: string): readonly string[] {
  const head = `--${flag}=`
  return words.filter((word) => word.startsWith(head)).map((word) => word.slice(head.length))
}

function numberOf(flag: string): number | undefined {
  const [text] = valuesOf(flag)
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Number(text)
  console.error(`Cannot read --${flag}=${text}: expected a whole number`)
  return process.exit(1)
}
