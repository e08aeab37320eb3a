/** The collectors of /proc, by the names that node_exporter has for them. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Collector } from '../collector.ts'
import type { Files } from '../files.ts'
import { createArp } from './arp.ts'
import { createConntrack } from './conntrack.ts'
import { createCpu } from './cpu.ts'
import { createDiskstats } from './diskstats.ts'
import { createEntropy } from './entropy.ts'
import { createFilefd } from './filefd.ts'
import { createFilesystem } from './filesystem.ts'
import { createKernelHung } from './kernel-hung.ts'
import { createLoadavg } from './loadavg.ts'
import { createMeminfo } from './meminfo.ts'
import { createNetclass } from './netclass.ts'
import { createNetdev } from './netdev.ts'
import { createNetstat } from './netstat.ts'
import { createOs } from './os.ts'
import { createPressure } from './pressure.ts'
import { createProcesses } from './processes.ts'
import { createSchedstat } from './schedstat.ts'
import { createSelinux } from './selinux.ts'
import { createSockstat } from './sockstat.ts'
import { createSoftnet } from './softnet.ts'
import { createStat } from './stat.ts'
import { createSystemd } from './systemd.ts'
import { createTcpstat } from './tcpstat.ts'
import { createTextfile } from './textfile.ts'
import { createTime } from './time.ts'
import { createTimex } from './timex.ts'
import { createUdpQueues } from './udp-queues.ts'
import { createUname } from './uname.ts'
import { createVmstat } from './vmstat.ts'

export interface HostOptions {
  /** Whether to say who each processor is. */
  readonly cpuInfo?: boolean
  /** Where other programs leave metrics as text. */
  readonly textfileFolder?: string | undefined
  readonly perlPath?: string | undefined
  readonly systemctlPath?: string | undefined
}

export interface HostWorld extends HostOptions {
  readonly clock: Clock
  readonly log: Log
  readonly files: Files
  /** Such as `x86_64`. */
  readonly machine: string
}

export const hostCollectors = (world: HostWorld): readonly Collector[] => [
  createArp(world),
  createConntrack(world),
  createCpu(world),
  createDiskstats(world),
  createEntropy(world),
  createFilefd(world),
  createFilesystem(world),
  createKernelHung(world),
  createLoadavg(world),
  createMeminfo(world),
  createNetclass(world),
  createNetdev(world),
  createNetstat(world),
  createOs(world),
  createPressure(world),
  createProcesses(world),
  createSchedstat(world),
  createSelinux(world),
  createSockstat(world),
  createSoftnet(world),
  createStat(world),
  createSystemd(world),
  createTcpstat(world),
  createTextfile(world),
  createTime(world),
  createTimex(world),
  createUdpQueues(world),
  createUname(world),
  createVmstat(world),
]
