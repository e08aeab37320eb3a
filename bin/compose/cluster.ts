/** The cluster as the operator describes it: nodes with their racks and disks, and first pools. */
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type Setting, structure } from '#lib/config'

const name = z.string().regex(/^[\w.-]{1,63}$/, 'expected 1 to 63 letters, digits, ".", "_", "-"')

const node = z.strictObject({
  name,
  rack: name.default('rack-1'),
  datacentre: name.default('datacentre-1'),
  /** The smartctl that reads this node's devices; absent: `agent.smartctl.path`. */
  smartctl: z.string().optional(),
  disks: z.array(z.strictObject({ device: name, path: z.string().min(1) })).default([]),
})

const pool = z.strictObject({
  name,
  copies: z.int().min(2).max(3),
  faultDomain: z.enum(['device', 'node', 'rack', 'datacentre']),
})

export type ClusterNode = z.infer<typeof node>
export type ClusterPool = z.infer<typeof pool>

export const nodesSetting: Setting<readonly ClusterNode[]> = structure({
  name: 'nodes',
  default: [],
  help: 'Nodes with rack, datacentre and disks; none: this machine, with three disks in the data directory.',
  parse: (raw) => uniqueNodes(checked(z.array(node).min(1), raw)),
})

export const poolsSetting: Setting<readonly ClusterPool[]> = structure({
  name: 'pools',
  default: [{ name: 'default', copies: 3, faultDomain: 'device' }],
  help: 'Pools that are made at the first start: name, copies, faultDomain.',
  parse: (raw) => checked(z.array(pool), raw),
})

/** What a machine is without any setting: one node, three folders as its data disks. */
export function singleNode(dataDir: string): ClusterNode {
  const disks = [1, 2, 3].map((n) => ({
    device: `disk-${n}`,
    path: join(dataDir, 'disks', `disk-${n}`),
  }))
  return { name: hostname(), rack: 'rack-1', datacentre: 'datacentre-1', disks }
}

function checked<T>(schema: z.ZodType<T>, raw: unknown): T {
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  const place = (path: readonly PropertyKey[]) =>
    path.map((at) => (typeof at === 'number' ? `[${at}]` : `.${String(at)}`)).join('')
  const problems = result.error.issues.map(({ path, message }) => `${place(path)}: ${message}`)
  throw new Error(problems.join('; '))
}

function uniqueNodes(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
  const names = nodes.map((each) => each.name)
  const paths = nodes.flatMap((each) => each.disks.map((disk) => disk.path))
  for (const list of [names, paths]) {
    const twice = list.find((entry, i) => list.indexOf(entry) !== i)
    if (twice !== undefined) throw new Error(`"${twice}" is named twice`)
  }
  return nodes
}
