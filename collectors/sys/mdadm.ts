/** Arrays of Linux md: members, what is in sync, and what is lost: /proc/mdstat, /sys/block. */
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { type Attributes, attributesAt, numberOf } from './attributes.ts'

const blocks = gauge('node_md_blocks', 'Blocks of an array.')
const synced = gauge('node_md_blocks_synced', 'Blocks of an array that are in sync.')
const disks = gauge('node_md_disks', 'Disks of an array, by what they do.')
const required = gauge('node_md_disks_required', 'Disks that an array needs to be whole.')
const state = gauge('node_md_state', 'The state of an array: 1 for the one it is in.')
const degraded = gauge('node_md_degraded', 'Disks that an array with redundancy lacks.')
const raidDisks = gauge('node_md_raid_disks', 'Disks of an array that is whole.')

const states = ['active', 'inactive', 'recovering', 'resync', 'check'] as const
type State = (typeof states)[number]

export interface MdArray {
  readonly device: string
  readonly state: State
  readonly blocks: number
  readonly synced: number
  readonly active: number
  readonly failed: number
  readonly spare: number
  readonly required: number
}

export function createMdadm({
  files,
}: {
  files: Pick<Files, 'readText' | 'readIfPresent'>
}): Collector {
  return {
    name: 'mdadm',
    collect() {
      const families = createFamilies()
      for (const array of parseMdstat(files.readIfPresent('/proc/mdstat') ?? '')) {
        addArray(families, array)
        addWhole(families, array.device, attributesAt(files, `/sys/block/${array.device}/md`))
      }
      return families.list()
    },
  }
}

/** An array whose lines are not understood is left out. */
export function parseMdstat(text: string): readonly MdArray[] {
  const sections = text.split(/\n(?=\S)/).map((section) => section.split('\n'))
  return sections.flatMap(([head = '', ...body]) => {
    const [device = '', colon, activity = ''] = head.trim().split(/\s+/)
    const [size] = /^\s*(\d+) blocks/.exec(body[0] ?? '')?.slice(1) ?? []
    const members = membersOf(head, body[0] ?? '')
    if (colon !== ':' || size === undefined || members === undefined) return []
    return [
      {
        device,
        ...members,
        ...progressOf(body, { blocks: Number(size), activity }),
        failed: countOf(head, '(F)'),
        spare: countOf(head, '(S)'),
      },
    ]
  })
}

/** How many it has and needs: `[2/1] [U_]`, but for arrays that have nothing to spare. */
function membersOf(head: string, body: string): Pick<MdArray, 'active' | 'required'> | undefined {
  if (/ (raid0|linear) /.test(head)) {
    const all = countOf(head, '[')
    return { active: all, required: all }
  }
  if (/ inactive\b/.test(head)) return { active: 0, required: 0 }
  const [, needs, has] = /\[(\d+)\/(\d+)\] \[[U_]+\]/.exec(body) ?? []
  return needs === undefined ? undefined : { active: Number(has), required: Number(needs) }
}

function progressOf(
  body: readonly string[],
  { blocks, activity }: { blocks: number; activity: string },
): Pick<MdArray, 'blocks' | 'synced' | 'state'> {
  const [, action, rest = ''] =
    /(recovery|resync|check)\s*=(.*)/.exec(body.slice(1).join('\n')) ?? []
  if (action === undefined)
    return { blocks, synced: blocks, state: activity === 'inactive' ? 'inactive' : 'active' }
  // Of one that is delayed or pending nothing is done yet, and it says no figure.
  const synced = Number(/\((\d+)\/\d+\)/.exec(rest)?.[1] ?? 0)
  return { blocks, synced, state: action === 'recovery' ? 'recovering' : (action as State) }
}

const countOf = (text: string, mark: string) => text.split(mark).length - 1

function addArray(families: Families, array: MdArray): void {
  const { device } = array
  families.add(blocks, { device }, array.blocks)
  families.add(synced, { device }, array.synced)
  families.add(required, { device }, array.required)
  for (const role of ['active', 'failed', 'spare'] as const)
    families.add(disks, { device, state: role }, array[role])
  for (const one of states) families.add(state, { device, state: one }, one === array.state ? 1 : 0)
}

function addWhole(families: Families, device: string, md: Attributes): void {
  families.add(raidDisks, { device }, numberOf(md('raid_disks')))
  families.add(degraded, { device }, numberOf(md('degraded')))
}
