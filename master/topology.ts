/** The nodes as configured; `bin` passes them in. Devices with data disks come from the engine. */

export interface Topology {
  /** What people call the whole. */
  readonly cluster: string
  readonly nodes: readonly TopologyNode[]
}

export interface TopologyNode {
  readonly name: string
  readonly rack: string
  readonly datacentre: string
  /** Devices to show although no data disk is on them. */
  readonly devices?: readonly string[]
}
