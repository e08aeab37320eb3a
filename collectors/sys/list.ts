/** The collectors of hardware, as the kernel shows it. What a machine has not says nothing. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Collector } from '../collector.ts'
import type { Files } from '../files.ts'
import { createBcache } from './bcache.ts'
import { createBonding } from './bonding.ts'
import { createBtrfs } from './btrfs.ts'
import { createCpufreq } from './cpufreq.ts'
import { createDmi } from './dmi.ts'
import { createDmmultipath } from './dmmultipath.ts'
import { createDrbd } from './drbd.ts'
import { createEdac } from './edac.ts'
import { createFibrechannel } from './fibrechannel.ts'
import { createHwmon } from './hwmon.ts'
import { createInfiniband } from './infiniband.ts'
import { inLane } from './lane.ts'
import { createMdadm } from './mdadm.ts'
import { createNfs } from './nfs.ts'
import { createNfsd } from './nfsd.ts'
import { createNvme } from './nvme.ts'
import { createPcidevice } from './pcidevice.ts'
import { createPowersupplyclass } from './powersupplyclass.ts'
import { createRapl } from './rapl.ts'
import { createTapestats } from './tapestats.ts'
import { createThermalZone } from './thermal-zone.ts'
import { createWatchdog } from './watchdog.ts'
import { createXfs } from './xfs.ts'
import { createZfs } from './zfs.ts'

export interface HardwareWorld {
  readonly clock: Clock
  readonly log: Log
  readonly files: Files
}

export function hardwareCollectors(given: HardwareWorld): readonly Collector[] {
  const world = { ...given, files: inLane(given.files) }
  return [
    createBcache(world),
    createBonding(world),
    createBtrfs(world),
    createCpufreq(world),
    createDmi(world),
    createDmmultipath(world),
    createDrbd(world),
    createEdac(world),
    createFibrechannel(world),
    createHwmon(world),
    createInfiniband(world),
    createMdadm(world),
    createNfs(world),
    createNfsd(world),
    createNvme(world),
    createPcidevice(world),
    createPowersupplyclass(world),
    createRapl(world),
    createTapestats(world),
    createThermalZone(world),
    createWatchdog(world),
    createXfs(world),
    createZfs(world),
  ]
}
