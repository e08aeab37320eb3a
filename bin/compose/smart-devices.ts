/** `--smartctl.device`: disks that no scan finds, such as those behind cciss, areca or aacraid. */
import type { SmartDevice } from '#collectors'
import { type Setting, texts } from '#lib/config'

const written: Setting<readonly string[]> = texts({
  name: 'smartctl.device',
  default: [],
  help:
    'A disk to read, with its type where smartctl needs one: /dev/sda, "/dev/bus/0;megaraid,3", ' +
    '"/dev/sg0;cciss,1". Absent: those that smartctl --scan-open finds.',
})

export const smartctlDevices: Setting<readonly string[]> = {
  ...written,
  parse(raw) {
    const devices = written.parse(raw)
    const wrong = devices.find((device) => !/^[^;\s]+(;[\w.,/+-]+)?$/.test(device))
    if (wrong !== undefined)
      throw new Error(`expected a device such as "/dev/bus/0;megaraid,3", found "${wrong}"`)
    return devices
  },
}

/** Undefined: whatever a scan finds. */
export function devicesOf(devices: readonly string[]): readonly SmartDevice[] | undefined {
  if (devices.length === 0) return undefined
  return devices.map((device) => {
    const [name = device, type] = device.split(';')
    return { name, type }
  })
}
