/** Every dashboard, as the files that Grafana's provisioning loads. */
import { alertsBoard } from './boards/alerts.ts'
import { capacityBoard } from './boards/capacity.ts'
import { cephBoard } from './boards/ceph.ts'
import { clusterBoard } from './boards/cluster.ts'
import { diskBoard } from './boards/disk.ts'
import { disksBoard } from './boards/disks.ts'
import { fleetBoard } from './boards/fleet.ts'
import { hardwareBoard } from './boards/hardware.ts'
import { hostBoard } from './boards/host.ts'
import { hostsBoard } from './boards/hosts.ts'
import { networkBoard } from './boards/network.ts'
import { pipelineBoard } from './boards/pipeline.ts'
import { poolsBoard } from './boards/pools.ts'
import { recoveryBoard } from './boards/recovery.ts'
import { sloBoard } from './boards/slo.ts'
import { smartBoard } from './boards/smart.ts'
import { workflowsBoard } from './boards/workflows.ts'

const boards = [
  fleetBoard,
  clusterBoard,
  alertsBoard,
  sloBoard,
  poolsBoard,
  capacityBoard,
  disksBoard,
  diskBoard,
  smartBoard,
  hostsBoard,
  hostBoard,
  networkBoard,
  hardwareBoard,
  recoveryBoard,
  pipelineBoard,
  workflowsBoard,
  cephBoard,
]

export interface DashboardFile {
  /** `<uid>.json` */
  readonly name: string
  readonly content: string
}

export function dashboardFiles(): DashboardFile[] {
  return boards.map((build) => {
    const dashboard = build()
    return { name: `${dashboard.uid}.json`, content: `${JSON.stringify(dashboard, null, 2)}\n` }
  })
}
