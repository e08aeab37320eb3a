/** The programs that speak with network, management and RAID controllers, as flags name them. */
import { readFileSync } from 'node:fs'
import type { toolSettings } from '#agent'
import { configFault, type Values } from '#lib/config'
import { messageOf } from '#lib/errors'

type ToolValues = Values<typeof toolSettings>

export const toolOptions = (values: ToolValues) => ({
  nic: {
    ethtoolPath: values.ethtoolPath,
    lldpctlPath: values.lldpctlPath,
    everyMs: values.ethtoolIntervalMs,
    linkEveryMs: values.linkIntervalMs,
    include: values.ethtoolInclude,
    expected: values.linkSpeeds,
  },
  // One controller is asked one way: its facts have the same names either way.
  ...(values.redfishUrl === undefined
    ? { bmc: { ipmitoolPath: values.ipmitoolPath, everyMs: values.ipmiIntervalMs } }
    : { redfish: redfishOptions(values, values.redfishUrl) }),
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

function redfishOptions(values: ToolValues, url: string) {
  const { redfishCredentialsFile, redfishCertificateFile } = values
  const credentials =
    redfishCredentialsFile === undefined
      ? ''
      : read('--redfish.credentials-file', redfishCredentialsFile)
  const [, user, password] = /^([^:\n]+):(.*)$/m.exec(credentials) ?? []
  if (user === undefined || password === undefined)
    throw configFault('CONFIG_INVALID', {
      where: '--redfish.url',
      reason: 'expected --redfish.credentials-file, whose first line is user:password',
    })
  const certificate =
    redfishCertificateFile === undefined
      ? undefined
      : read('--redfish.certificate-file', redfishCertificateFile)
  return { access: { url, user, password, certificate }, everyMs: values.ipmiIntervalMs }
}

function read(where: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw configFault('CONFIG_INVALID', { where, reason: messageOf(error) })
  }
}
