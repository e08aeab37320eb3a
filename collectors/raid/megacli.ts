/** Reads `megacli -LdPdInfo -aALL` and `-AdpBbuCmd -aALL`: the older tool of MegaRAID. */
import type { RaidController, RaidMember, RaidVolume } from './report.ts'
import { type Fields, sectionsOf } from './sections.ts'
import { sayState } from './states.ts'

const adapterHead = /^Adapter #(\d+)$/
const volumeHead = /^Virtual Drive: (\d+)/
const memberHead = /^PD: \d+ Information$/
const batteryHead = /^BBU status for Adapter: (\d+)$/

export function parseMegacli(drives: string, batteries = ''): readonly RaidController[] {
  const found: { controller: string; volumes: RaidVolume[]; members: RaidMember[] }[] = []
  for (const { head, found: said, fields } of sectionsOf(drives, [
    adapterHead,
    volumeHead,
    memberHead,
  ])) {
    const last = found.at(-1)
    if (adapterHead.test(head)) found.push({ controller: said[1] ?? '', volumes: [], members: [] })
    else if (volumeHead.test(head)) last?.volumes.push(volumeOf(said[1] ?? '', fields))
    else if (memberHead.test(head)) last?.members.push(memberOf(fields))
  }
  const ofAdapter = parseMegacliBatteries(batteries)
  return found.map((adapter) => ({
    ...adapter,
    model: '',
    serial: '',
    firmware: '',
    batteries: ofAdapter.get(adapter.controller) ?? [],
  }))
}

/** Batteries by the number of their adapter. */
export function parseMegacliBatteries(text: string): Map<string, RaidController['batteries']> {
  return new Map(
    sectionsOf(text, [batteryHead]).flatMap(({ head, found, fields }) => {
      const state = fields.text('Battery State')
      if (!batteryHead.test(head) || state === undefined) return []
      const battery = {
        battery: '0',
        model: fields.text('BatteryType') ?? '',
        state: sayState(state),
        temperatureCelsius: fields.number('Temperature'),
      }
      return [[found[1] ?? '', [battery]] as const]
    }),
  )
}

const volumeOf = (volume: string, fields: Fields): RaidVolume => ({
  volume,
  name: fields.text('Name') ?? '',
  level: fields.text('RAID Level') ?? '',
  state: sayState(fields.text('State') ?? ''),
})

function memberOf(fields: Fields): RaidMember {
  const alert = fields.text('Drive has flagged a S.M.A.R.T alert')
  return {
    member: `${fields.text('Enclosure Device ID') ?? ''}:${fields.text('Slot Number') ?? ''}`,
    // Serial, model and firmware in one line, in an order that differs by vendor.
    model: (fields.text('Inquiry Data') ?? '').replaceAll(/ +/g, ' '),
    serial: '',
    firmware: fields.text('Device Firmware Level') ?? '',
    state: sayState(fields.text('Firmware state') ?? ''),
    temperatureCelsius: fields.number('Drive Temperature'),
    mediaErrors: fields.number('Media Error Count'),
    otherErrors: fields.number('Other Error Count'),
    predictiveFailures: fields.number('Predictive Failure Count'),
    smartAlerted: alert === undefined ? undefined : alert === 'Yes',
  }
}
