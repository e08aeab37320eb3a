/** What storcli says, in the form that all RAID tools share. */
import { type Json, listAt, numberAt, textAt } from '../smart/json.ts'
import type { RaidBattery, RaidController, RaidMember } from './report.ts'
import { sayState } from './states.ts'
import { type StorcliController, type StorcliDrive, smartAlertOf } from './storcli.ts'

export function reportOf(
  { answer, drives }: StorcliController,
  rebuilds: ReadonlyMap<string, number> = new Map(),
): RaidController {
  const state = textAt(answer, 'Status.Controller Status')
  return {
    controller: textAt(answer, 'Basics.Controller') ?? '',
    model: textAt(answer, 'Basics.Model') ?? '',
    serial: textAt(answer, 'Basics.Serial Number') ?? '',
    firmware: textAt(answer, 'Version.Firmware Version') ?? '',
    state: state === undefined ? undefined : sayState(state),
    temperatureCelsius: temperatureOf(answer),
    memoryErrors: {
      corrected: numberAt(answer, 'Status.Memory Correctable Errors'),
      uncorrected: numberAt(answer, 'Status.Memory Uncorrectable Errors'),
    },
    batteries: batteriesOf(answer),
    volumes: listAt(answer, 'VD LIST').map((volume) => ({
      volume: textAt(volume, 'DG/VD') ?? '',
      name: textAt(volume, 'Name') ?? '',
      level: textAt(volume, 'TYPE') ?? '',
      state: sayState(textAt(volume, 'State') ?? ''),
    })),
    members: [...drives].map(([key, drive]) => memberOf(drive, rebuilds.get(key))),
  }
}

/** Of the controller's chip; some versions spell Celsius with a soft c. */
export const temperatureOf = (answer: Json) =>
  numberAt(answer, 'HwCfg.ROC temperature(Degree Celsius)') ??
  numberAt(answer, 'HwCfg.ROC temperature(Degree Celcius)')

/** ` 28C (82.40 F)`: the number at the start. */
export function leadingNumber(json: Json | undefined, path: string): number | undefined {
  const number = /^-?\d{1,9}(\.\d{1,6})?/.exec(textAt(json ?? {}, path) ?? '')?.[0]
  return number === undefined ? undefined : Number(number)
}

function batteriesOf(answer: Json): RaidBattery[] {
  const kinds = ['BBU_Info', 'Cachevault_Info', 'Energy Pack Info']
  return kinds
    .flatMap((kind) => listAt(answer, kind))
    .map((battery, i) => ({
      battery: String(i),
      model: textAt(battery, 'Model') ?? textAt(battery, 'Type') ?? '',
      state: sayState(textAt(battery, 'State') ?? textAt(battery, 'Status') ?? ''),
      temperatureCelsius: leadingNumber(battery, 'Temp'),
    }))
}

function memberOf(
  { row, state = {}, attributes = {} }: StorcliDrive,
  progress?: number,
): RaidMember {
  return {
    member: (textAt(row, 'EID:Slt') ?? '').replaceAll(' ', ''),
    model: textAt(row, 'Model') ?? '',
    serial: textAt(attributes, 'SN') ?? '',
    firmware: textAt(attributes, 'Firmware Revision') ?? '',
    state: { ...sayState(textAt(row, 'State') ?? ''), progress },
    temperatureCelsius: leadingNumber(state, 'Drive Temperature'),
    mediaErrors: numberAt(state, 'Media Error Count'),
    otherErrors: numberAt(state, 'Other Error Count'),
    predictiveFailures: numberAt(state, 'Predictive Failure Count'),
    smartAlerted: smartAlertOf(state),
  }
}
