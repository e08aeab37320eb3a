/**
 * What storcli says under the names of Debian's textfile collector storcli.py. What a controller
 * does not have is absent: there a controller without a battery has an unhealthy one.
 */
import { type Families, gauge, type Metric } from '../families.ts'
import { type Json, listAt, numberAt, textAt, valueAt } from '../smart/json.ts'
import { type StorcliController, type StorcliDrive, smartAlertOf } from './storcli.ts'
import { leadingNumber, temperatureOf } from './storcli-report.ts'

const metric = (name: string, help: string): Metric => gauge(`megaraid_${name}`, help)

const info = metric('controller_info', 'Who a controller is; always 1.')
const temperature = metric('temperature', 'Temperature of the controller, Celsius.')
const ports = metric('ports', 'Ports to the back.')
const healthy = metric('healthy', 'Whether the controller is well.')
const degraded = metric('degraded', 'Whether the controller is degraded.')
const failed = metric('failed', 'Whether the controller failed.')
const battery = metric('battery_backup_healthy', 'Whether its battery or cachevault is well.')
const patrol = metric('scheduled_patrol_read', 'Whether patrol reads are scheduled.')
const cacheVault = metric('cv_temperature', 'Temperature of the cachevault, Celsius.')
const difference = metric('time_difference', 'Clock against that of the machine, seconds.')
const driveGroups = metric('drive_groups', 'Drive groups.')
const volumes = metric('virtual_drives', 'Virtual drives.')
const drivesCount = metric('physical_drives', 'Physical drives.')
const volumeInfo = metric('vd_info', 'What a virtual drive is; always 1.')
const driveInfo = metric('pd_info', 'What a physical drive is; always 1.')

const driveNumbers = [
  ['Shield Counter', metric('pd_shield_counter', 'Diagnostics that the drive was put to.')],
  ['Media Error Count', metric('pd_media_errors', 'Media errors.')],
  ['Other Error Count', metric('pd_other_errors', 'Other errors.')],
  ['Predictive Failure Count', metric('pd_predictive_errors', 'Failures foretold.')],
] as const
const alerted = metric('pd_smart_alerted', 'Whether the drive raised a SMART alert.')
const speeds = [
  ['Link Speed', metric('pd_link_speed_gbps', 'Speed of the link, Gb a second.')],
  ['Device Speed', metric('pd_device_speed_gbps', 'Speed of the drive, Gb a second.')],
] as const
const spares = [
  ['Commissioned Spare', metric('pd_commissioned_spare', 'Whether it is a commissioned spare.')],
  ['Emergency Spare', metric('pd_emergency_spare', 'Whether it is an emergency spare.')],
] as const

export function addStorcli(families: Families, { answer, drives }: StorcliController): void {
  const controller = wordAt(answer, 'Basics.Controller')
  const model = wordAt(answer, 'Basics.Model')
  const serial = wordAt(answer, 'Basics.Serial Number')
  const fwversion = wordAt(answer, 'Version.Firmware Version')
  families.add(info, { controller, model, serial, fwversion }, 1)
  families.add(temperature, { controller }, temperatureOf(answer))
  families.add(ports, { controller }, numberAt(answer, 'HwCfg.Backend Port Count'))
  addHealth(families, controller, answer)
  const isMegaraid = textAt(answer, 'Version.Driver Name') === 'megaraid_sas'
  if (isMegaraid) addMegaraid(families, controller, answer)
  const listed = numberAt(answer, 'Physical Drives') ?? (drives.size > 0 ? drives.size : undefined)
  families.add(drivesCount, { controller }, listed)
  for (const drive of drives.values()) addDrive(families, controller, drive)
}

function addHealth(families: Families, controller: string, answer: Json): void {
  const status = textAt(answer, 'Status.Controller Status')
  const is = (...words: string[]) =>
    status === undefined ? undefined : Number(words.includes(status))
  families.add(healthy, { controller }, is('Optimal', 'OK'))
  if (textAt(answer, 'Version.Driver Name') !== 'megaraid_sas') return
  families.add(degraded, { controller }, is('Degraded'))
  families.add(failed, { controller }, is('Failed'))
}

function addMegaraid(families: Families, controller: string, answer: Json): void {
  // 0 is the word of a cachevault, 32 that of a battery, for being well.
  const unit = numberAt(answer, 'Status.BBU Status')
  families.add(
    battery,
    { controller },
    unit === undefined ? undefined : Number([0, 32].includes(unit)),
  )
  const recurs = textAt(answer, 'Scheduled Tasks.Patrol Read Reoccurrence')
  families.add(
    patrol,
    { controller },
    recurs === undefined ? undefined : Number(recurs.includes('hrs')),
  )
  for (const [i, unit] of listAt(answer, 'Cachevault_Info').entries())
    families.add(cacheVault, { controller, cvidx: String(i) }, leadingNumber(unit, 'Temp'))
  families.add(difference, { controller }, clockDifference(answer))
  families.add(driveGroups, { controller }, numberAt(answer, 'Drive Groups'))
  families.add(volumes, { controller }, numberAt(answer, 'Virtual Drives'))
  for (const volume of listAt(answer, 'VD LIST')) {
    const [DG = '-1', VG = '-1'] = (textAt(volume, 'DG/VD') ?? '').split('/')
    const [name, cache] = [wordAt(volume, 'Name'), wordAt(volume, 'Cache')]
    const [type, state] = [wordAt(volume, 'TYPE'), wordAt(volume, 'State')]
    families.add(volumeInfo, { controller, DG, VG, name, cache, type, state }, 1)
  }
}

function addDrive(families: Families, controller: string, drive: StorcliDrive): void {
  const { row, state = {}, attributes = {}, settings = {} } = drive
  const [enclosure = '', slot = ''] = (textAt(row, 'EID:Slt') ?? '').split(':')
  const labels = { controller, enclosure, slot }
  for (const [name, metric] of driveNumbers) families.add(metric, labels, numberAt(state, name))
  const alert = smartAlertOf(state)
  families.add(alerted, labels, alert === undefined ? undefined : Number(alert))
  for (const [name, metric] of speeds)
    families.add(metric, labels, whole(leadingNumber(attributes, name)))
  for (const [name, metric] of spares) families.add(metric, labels, yesNo(textAt(settings, name)))
  const who = {
    disk_id: wordAt(row, 'DID'),
    interface: wordAt(row, 'Intf'),
    media: wordAt(row, 'Med'),
    model: wordAt(row, 'Model'),
    DG: wordAt(row, 'DG'),
    state: wordAt(row, 'State'),
  }
  const firmware = textAt(attributes, 'Firmware Revision')
  const serial = textAt(attributes, 'SN')
  const more = {
    ...(firmware === undefined ? {} : { firmware }),
    ...(serial === undefined ? {} : { serial }),
  }
  families.add(driveInfo, { ...labels, ...who, ...more }, 1)
}

const whole = (value: number | undefined) => (value === undefined ? undefined : Math.trunc(value))

const yesNo = (text: string | undefined) => (text === 'Yes' ? 1 : text === 'No' ? 0 : undefined)

/** The label of what is not there reads as it does there. */
function wordAt(json: Json, path: string): string {
  const value = valueAt(json, path)
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : 'None'
}

function clockDifference(answer: Json): number | undefined {
  const [own, machine] = ['Current Controller Date/Time', 'Current System Date/time'].map((name) =>
    timeOf(textAt(answer, `Basics.${name}`)),
  )
  if (own === undefined || machine === undefined) return undefined
  return Math.abs(own - machine) / 1000
}

/** `04/17/2024, 18:28:30`, in whatever zone: only differences are taken. */
function timeOf(text: string | undefined): number | undefined {
  const [, month, day, year, time] =
    /^(\d\d)\/(\d\d)\/(\d{4}),? (\d\d:\d\d:\d\d)$/.exec(text ?? '') ?? []
  const ms = Date.parse(`${year}-${month}-${day}T${time}Z`)
  return Number.isNaN(ms) ? undefined : ms
}
