/** The programs that speak with network, management and RAID controllers, as the flags name them. */
import type { toolSettings } from '#agent'
import type { Values } from '#lib/config'

export const toolOptions = (values: Values<typeof toolSettings>) => ({
  nic: {
    ethtoolPath: values.ethtoolPath,
    lldpctlPath: values.lldpctlPath,
    everyMs: values.ethtoolIntervalMs,
    linkEveryMs: values.linkIntervalMs,
    include: values.ethtoolInclude,
    expected: values.linkSpeeds,
  },
  bmc: { ipmitoolPath: values.ipmitoolPath, everyMs: values.ipmiIntervalMs },
  raid: {
    everyMs: values.raidIntervalMs,
    toolPaths: {
      storcli: values.storcliPath,
      perccli: values.perccliPath,
      megacli: values.megacliPath,
      ssacli: values.ssacliPath,
      sas2ircu: values.sas2ircuPath,
      sas3ircu: values.sas3ircuPath,
      arcconf: values.arcconfPath,
    },
  },
})
