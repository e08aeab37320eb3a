/**
 * Damaged files of /proc and /sys through every collector of the host:
 * `npm run sim collectors/host -- --seed=1 --count=1000000`. None may crash, none may give a value
 * that is no finite number.
 */
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { seededRandom } from '#lib/random'
import type { Collector } from '../collector.ts'
import { largeNode } from '../fake/large-node.ts'
import { createMemoryFiles, type MemoryFiles } from '../fake/memory-files.ts'
import { mutated } from '../fake/mutate.ts'
import { hostCollectors } from './list.ts'

export interface FuzzRun {
  readonly seed: number
  /** How many inputs. */
  readonly count?: number | undefined
  readonly say: (text: string) => void
}

export async function fuzz({ seed, count = 20_000, say }: FuzzRun): Promise<void> {
  const random = seededRandom(seed)
  const tree = largeNode({ processors: 2, disks: 2, nics: 1 })
  const memory = createMemoryFiles(tree)
  const readers = await readersOf(memory)
  let refused = 0
  for (let i = 0; i < count; i++) {
    const reader = readers[Math.floor(random.fraction() * readers.length)]
    if (reader === undefined) throw new Error('Cannot fuzz: there is no collector')
    const { path, collector } = reader
    const text = mutated(tree.files[path.slice(1)] ?? '', random)
    memory.change(path, text)
    if (!(await isTaken(collector, `${path} damaged so: ${JSON.stringify(text)}`))) refused++
    if ((i + 1) % 100_000 === 0) say(`${i + 1} inputs, ${refused} refused`)
  }
  say(`${count} inputs of ${readers.length} files: ${refused} refused, the others taken`)
}

interface Reader {
  readonly path: string
  readonly collector: Collector
}

/** Which collector reads which files: it is run once, and watched. */
async function readersOf(memory: MemoryFiles): Promise<readonly Reader[]> {
  const world = { clock: createManualClock(), log: silentLog, files: memory.files }
  const readers: Reader[] = []
  for (const collector of hostCollectors({ ...world, machine: 'none', cpuInfo: true })) {
    memory.readPaths()
    await collector.collect(new AbortController().signal)
    for (const path of memory.readPaths()) readers.push({ path, collector })
  }
  return readers
}

async function isTaken(collector: Collector, what: string): Promise<boolean> {
  try {
    const families = await collector.collect(new AbortController().signal)
    for (const { name, samples } of families)
      for (const { value } of samples)
        if (!Number.isFinite(value)) throw new TypeError(`${name} is ${value}`)
    return true
  } catch (error) {
    // A refusal is an error of its own; others are slips of ours.
    if (!(error instanceof TypeError || error instanceof RangeError)) return false
    throw new Error(`${collector.name}: ${what.slice(0, 3000)}`, { cause: error })
  }
}
