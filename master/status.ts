/** The master's share of the status page. What is in memory is shown with the database away too. */
import type { Health, MasterStatus, StatusDevice, StatusJob } from '#api/status'
import { messageOf } from '#lib/errors'
import { traceIdOf } from '#lib/trace'
import type { EnginePort } from './engine-port.ts'
import { healthOf, poolsOf, worstOf } from './health.ts'
import { type Inventory, inventoryOf } from './inventory.ts'
import type { Topology } from './topology.ts'
import type { JobRow, Jobs } from './workflow/jobs.ts'

export interface StatusSources {
  readonly engine: Pick<EnginePort, 'status'>
  readonly topology: Topology
  readonly jobs: Pick<Jobs, 'newest'>
}

const jobsShown = 20

export async function masterStatus({
  engine,
  topology,
  jobs,
}: StatusSources): Promise<MasterStatus> {
  const status = engine.status()
  const inventory = inventoryOf(topology, status)
  const verdict = healthOf(status)
  const { rows, trouble } = await newest(jobs)
  const stuck = rows.filter(({ state }) => state === 'stuck').map(stuckReason)
  const jobsHealth: Health = trouble !== undefined || stuck.length > 0 ? 'warning' : 'ok'
  return {
    health: worstOf(verdict.health, jobsHealth),
    reasons: [...verdict.reasons, ...stuck, ...(trouble === undefined ? [] : [trouble])],
    nodes: nodesOf(inventory),
    pools: poolsOf(status),
    jobs: rows.map((row) => statusJob(row, inventory)),
    ages: [
      { source: 'engine', ageMs: 0, stale: false },
      { source: 'jobs', stale: trouble !== undefined },
    ],
  }
}

async function newest(jobs: Pick<Jobs, 'newest'>): Promise<{ rows: JobRow[]; trouble?: string }> {
  try {
    return { rows: await jobs.newest(jobsShown) }
  } catch (error) {
    return { rows: [], trouble: `Cannot read the jobs: ${messageOf(error)}` }
  }
}

const stuckReason = ({ workflow, progress }: JobRow) =>
  `Job "${workflow}" is stuck: ${progress?.text ?? 'it says not why'}`

function nodesOf({ nodes, devices }: Inventory): MasterStatus['nodes'] {
  const byNode = Map.groupBy(devices, ({ parentId }) => parentId)
  return nodes
    .map(({ id, name, fields: { rack, datacentre } }) => ({
      name,
      rack,
      datacentre,
      devices: (byNode.get(id) ?? []).map(statusDevice),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function statusDevice({ id, fields }: Inventory['devices'][number]): StatusDevice {
  const { device, state, up, usedBytes, sizeBytes, reason } = fields
  return { id, name: device, state, up, usedBytes, sizeBytes, reason }
}

function statusJob(row: JobRow, { devices, pools }: Inventory): StatusJob {
  const named = [...devices, ...pools].find(({ id }) => row.subject.endsWith(id))
  return {
    id: row.id,
    workflow: row.workflow,
    subject: named?.name ?? row.subject.replace(/^\w+\//, ''),
    state: row.state,
    step: row.step ?? undefined,
    progress: row.progress?.text,
    startedAtMs: row.started_at?.getTime(),
    finishedAtMs: row.finished_at?.getTime(),
    error: row.error?.message,
    traceId: traceIdOf(row.traceparent),
  }
}
