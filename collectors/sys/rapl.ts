/** Energy that packages, cores and memory took: /sys/class/powercap. Only root may read it. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies } from '../families.ts'
import type { Files } from '../files.ts'
import { attributesAt, namesIn, numberOf } from './attributes.ts'

const folder = '/sys/class/powercap'

export function createRapl({
  files,
}: {
  files: Pick<Files, 'readText' | 'listIfPresent'>
}): Collector {
  return {
    name: 'rapl',
    collect() {
      const families = createFamilies()
      const counts = new Map<string, number>()
      for (const name of namesIn(files, folder)) {
        const path = `${folder}/${name}`
        const zone = attributesAt(files, path)
        const said = zone('name')
        if (said === undefined) continue
        const { kind, index } = kindOf(said, counts)
        const micro = numberOf(zone('energy_uj'))
        if (micro === undefined) continue
        const metric = counter(`node_rapl_${kind}_joules_total`, `Energy that ${kind} took.`)
        families.add(metric, { index: String(index), path }, micro / 1e6)
      }
      return families.list()
    },
  }
}

/** `package-1` is the package 1; a second `dram` without a number is the dram 1. */
function kindOf(said: string, counts: Map<string, number>) {
  const [, before = said, number] = /^([^-]+)-(\d+)$/.exec(said) ?? []
  const index = number === undefined ? (counts.get(said) ?? 0) : Number(number)
  counts.set(before, index + 1)
  return { kind: before.replaceAll(/[^a-zA-Z0-9_]/g, '_'), index }
}
