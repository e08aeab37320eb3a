/** Reads `arcconf GETCONFIG N`: controllers of Adaptec and Microchip. */
import type { RaidBattery, RaidController } from './report.ts'
import { type Fields, type Section, sectionsOf } from './sections.ts'
import { sayState } from './states.ts'

const controllerHead = /^Controller information$/i
const batteryHead = /^Controller (Battery|Cache Backup Unit) Information$/i
const volumeHead = /^Logical device number (\d+)$/i
const segmentsHead = /^Logical device segment information$/i
const deviceHead = /^Device #(\d+)$/i
const taskHead = /^Logical device Task:?$/i
const phyHead = /^Device Phy information$/i

/** It is asked for one controller at a time, whose number its answer does not hold. */
export function parseArcconf(text: string, controller = '1'): readonly RaidController[] {
  const heads = [controllerHead, batteryHead, volumeHead, segmentsHead, deviceHead, phyHead]
  const sections = sectionsOf(text, heads)
  const those = (head: RegExp) => sections.filter((section) => head.test(section.head))
  const about = those(controllerHead)[0]?.fields
  const [volumes, members] = [those(volumeHead), those(deviceHead).filter(isDisk)]
  if (about === undefined && volumes.length === 0 && members.length === 0) return []
  const state = about?.text('Controller Status')
  return [
    {
      controller,
      model: about?.text('Controller Model') ?? '',
      serial: about?.text('Controller Serial Number') ?? '',
      firmware: about?.text('Firmware') ?? '',
      state: state === undefined ? undefined : sayState(state),
      temperatureCelsius: about?.number('Temperature'),
      batteries: those(batteryHead).flatMap(({ fields }) => batteryOf(fields)),
      volumes: volumes.map(({ found, fields }) => volumeOf(found[1] ?? '', fields)),
      members: members.map(({ found, fields }) => memberOf(found[1] ?? '', fields)),
    },
  ]
}

/** How far tasks on volumes are, 0 to 1, by volume: what `GETSTATUS N` prints. */
export function parseArcconfProgress(text: string): ReadonlyMap<string, number> {
  return new Map(
    sectionsOf(text, [taskHead]).flatMap(({ head, fields }) => {
      const [volume, percent] = [
        fields.text('Logical device'),
        fields.number('Percentage complete'),
      ]
      if (!taskHead.test(head) || volume === undefined || percent === undefined) return []
      return [[volume, percent / 100] as const]
    }),
  )
}

export const countArcconf = (text: string) =>
  Number(/^Controllers found: (\d{1,3})/m.exec(text)?.[1] ?? 0)

const isDisk = ({ fields }: Section) => fields.text('State') !== undefined

const volumeOf = (volume: string, fields: Fields) => ({
  volume,
  name: fields.text('Logical device name') ?? '',
  level: fields.text('RAID level') ?? '',
  state: sayState(fields.text('Status of logical device') ?? ''),
})

const memberOf = (device: string, fields: Fields) => ({
  member: device,
  model: [fields.text('Vendor'), fields.text('Model')].filter(Boolean).join(' '),
  serial: fields.text('Serial number') ?? '',
  firmware: fields.text('Firmware') ?? '',
  state: sayState(fields.text('State') ?? ''),
  temperatureCelsius: fields.number('Temperature') ?? fields.number('Current Temperature'),
  smartAlerted: alerted(fields.number('S.M.A.R.T. warnings')),
})

const alerted = (warnings: number | undefined) =>
  warnings === undefined ? undefined : warnings > 0

function batteryOf(fields: Fields): RaidBattery[] {
  const status = fields.text('Status') ?? fields.text('Overall Backup Unit Status')
  if (status === undefined || /not (installed|present)/i.test(status)) return []
  const state = sayState(status)
  return [{ battery: '0', model: '', state, temperatureCelsius: fields.number('Temperature') }]
}
