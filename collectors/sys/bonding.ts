/** Bonds of network links, and how many of their links are up: /sys/class/net. */
import type { Collector } from '../collector.ts'
import { createFamilies, gauge } from '../families.ts'
import { type Files, readOptional } from '../files.ts'

const slaves = gauge('node_bonding_slaves', 'Links that a bond is made of.')
const active = gauge('node_bonding_active', 'Links of a bond that are up.')

const folder = '/sys/class/net'

export function createBonding({
  files,
}: {
  files: Pick<Files, 'readText' | 'readIfPresent'>
}): Collector {
  return {
    name: 'bonding',
    collect() {
      const families = createFamilies()
      for (const master of wordsOf(files.readIfPresent(`${folder}/bonding_masters`))) {
        const links = wordsOf(readOptional(files, `${folder}/${master}/bonding/slaves`))
        families.add(slaves, { master }, links.length)
        families.add(active, { master }, links.filter((link) => isUp(files, master, link)).length)
      }
      return families.list()
    },
  }
}

/** Older kernels call the folder of a link `slave_…`. */
function isUp(files: Pick<Files, 'readText'>, master: string, link: string): boolean {
  const states = [`lower_${link}`, `slave_${link}`].map((name) =>
    readOptional(files, `${folder}/${master}/${name}/bonding_slave/mii_status`),
  )
  return states.find((state) => state !== undefined)?.trim() === 'up'
}

const wordsOf = (text = '') => text.split(/\s+/).filter((word) => word !== '')
