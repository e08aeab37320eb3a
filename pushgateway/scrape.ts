/** `/metrics`: families by name, in each the groups by their labels, written in chunks. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StoredFamily } from './family.ts'
import { renderHead } from './render.ts'
import type { Group } from './store.ts'
import { timesOf } from './times.ts'

const chunkLength = 64 * 1024
const groupsPerTurn = 1000

/**
 * What is shown is what stood when the scrape began, group by group: a push that lands while it is
 * written shows whole or not at all. `own` are the server's families.
 */
export async function* exposition(
  groups: readonly Group[],
  own: readonly StoredFamily[],
): AsyncGenerator<string> {
  const byName = await gather(groups, own)
  const names = [...byName.keys()].sort()
  let chunk = ''
  for (const name of names) {
    const families = byName.get(name) ?? []
    const [first] = families
    if (first === undefined) continue
    const help = families.find((family) => family.help !== undefined)?.help
    chunk += renderHead({ name, type: first.type, help })
    for (const { text } of families) {
      chunk += text
      if (chunk.length < chunkLength) continue
      yield chunk
      chunk = ''
      await nextTurn()
    }
  }
  if (chunk !== '') yield chunk
}

async function gather(
  groups: readonly Group[],
  own: readonly StoredFamily[],
): Promise<Map<string, StoredFamily[]>> {
  const byName = new Map<string, StoredFamily[]>()
  const add = (family: StoredFamily) => {
    const known = byName.get(family.name)
    if (known === undefined) byName.set(family.name, [family])
    else if (known[0]?.type === family.type) known.push(family)
  }
  for (const [i, group] of groups.entries()) {
    const state = group.visible
    if (state === undefined) continue
    for (const family of state.families.values()) add(family)
    for (const family of timesOf(group, state)) add(family)
    if (i % groupsPerTurn === groupsPerTurn - 1) await nextTurn()
  }
  for (const family of own) add(family)
  return byName
}
