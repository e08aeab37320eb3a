/**
 * Damaged outputs of smartctl, nvme-cli and ethtool through every parser of disks and NICs:
 * `npm run sim collectors/inspect -- --seed=1 --count=1000000`. None may crash, none may give a
 * gauge that is no finite number.
 */
import { globSync, readFileSync } from 'node:fs'
import { ZstoneError } from '#lib/errors'
import { type Random, seededRandom } from '#lib/random'
import { mutated } from '../fake/mutate.ts'
import { recorded } from '../fake/recorded.ts'
import { createFamilies } from '../families.ts'
import { parseJson } from '../smart/json.ts'
import { addDevice } from '../smart/metrics.ts'
import { keys } from './keys.ts'
import { recognise } from './recognise.ts'

export interface FuzzRun {
  readonly seed: number
  /** How many inputs. */
  readonly count?: number | undefined
  readonly say: (text: string) => void
}

export async function fuzz({ seed, count = 50_000, say }: FuzzRun): Promise<void> {
  const random = seededRandom(seed)
  const sources = sourcesOf()
  let understood = 0
  for (let i = 0; i < count; i++) {
    const source = sources[Math.floor(random.fraction() * sources.length)]
    if (source === undefined) throw new Error('Cannot fuzz: there is no input')
    if (isUnderstood(source, random)) understood++
    if ((i + 1) % 100_000 === 0) say(`${i + 1} inputs, ${understood} understood`)
  }
  say(`${count} inputs of ${sources.length} sources: ${understood} understood, the others refused`)
}

interface Source {
  readonly file: string
  readonly text: string
}

function sourcesOf(): readonly Source[] {
  const own = new URL('../fixtures/', import.meta.url)
  const under = (folder: URL, pattern: string) =>
    globSync(pattern, { cwd: folder }).map((file) => ({
      file,
      text: readFileSync(new URL(file, folder), 'utf8'),
    }))
  const invented = under(own, '{smart,text}/*.{json,txt}')
  if (recorded === undefined) return invented
  const real = '{smartctl-json,smartctl-text,smartctl-scan,nvme-cli,quirks,ethtool-S}/**/*.*'
  return [...invented, ...under(recorded, real)]
}

function isUnderstood({ file, text }: Source, random: Random): boolean {
  const input = mutated(text, random)
  try {
    check(input)
    return true
  } catch (error) {
    if (error instanceof ZstoneError) return false
    throw new Error(`${file} damaged so: ${JSON.stringify(input.slice(0, 2000))}`, { cause: error })
  }
}

function check(input: string): void {
  const found = recognise(input, 'input')
  for (const { name, of } of keys) {
    const value = of(found)
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${name} is ${value}`)
  }
  if (found.format !== 'smartctl-json') return
  const families = createFamilies()
  addDevice(families, 'd', parseJson(input) ?? {})
  for (const { name, samples } of families.list())
    for (const { value } of samples)
      if (!Number.isFinite(value)) throw new Error(`${name} is ${value}`)
}
