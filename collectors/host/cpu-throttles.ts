/** How often a core or a package was slowed down because it was hot. */
import { counter, type Families } from '../families.ts'
import type { Files } from '../files.ts'
import { numberIn } from './numbers.ts'

const ofCore = counter('node_cpu_core_throttles_total', 'Times that a core was throttled.')
const ofPackage = counter('node_cpu_package_throttles_total', 'Times a package was throttled.')

const folder = '/sys/devices/system/cpu'
const isCpu = (name: string) => /^cpu\d+$/.test(name)
/** How many readings it takes until processors are looked for again. */
const rediscoverEvery = 240

interface Counter {
  readonly path: string
  readonly metric: typeof ofCore
  readonly labels: { readonly package: string; readonly core?: string }
}

/**
 * Siblings share the counters of their core, and cores those of their package: each is read once.
 * Where they are does not change while a processor stays, so it is looked up seldom.
 */
export function createThrottles(files: Pick<Files, 'readIfPresent' | 'listIfPresent'>) {
  let counters: readonly Counter[] = []
  let readings = 0
  return (families: Families) => {
    if (readings++ % rediscoverEvery === 0) counters = discovered(files)
    for (const { path, metric, labels } of counters)
      families.add(metric, labels, numberIn(files, path))
  }
}

function discovered(files: Pick<Files, 'readIfPresent' | 'listIfPresent'>): readonly Counter[] {
  const found = new Map<string, Counter>()
  for (const cpu of files.listIfPresent(folder).filter(isCpu)) {
    const at = `${folder}/${cpu}`
    const packageId = numberIn(files, `${at}/topology/physical_package_id`)
    const core = numberIn(files, `${at}/topology/core_id`)
    // A processor that is off has no topology; one of a virtual machine may have id -1.
    if (packageId === undefined || core === undefined || packageId < 0 || core < 0) continue
    const throttle = `${at}/thermal_throttle`
    const keep = (key: string, counter: Counter) => {
      if (!found.has(key) && files.readIfPresent(counter.path) !== undefined)
        found.set(key, counter)
    }
    const labels = { package: String(packageId) }
    keep(`core ${packageId} ${core}`, {
      path: `${throttle}/core_throttle_count`,
      metric: ofCore,
      labels: { ...labels, core: String(core) },
    })
    const path = `${throttle}/package_throttle_count`
    keep(`package ${packageId}`, { path, metric: ofPackage, labels })
  }
  return [...found.values()]
}
