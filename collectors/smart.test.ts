import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { type Log, silentLog } from '#lib/log'
import { until } from '#test/until'
import { createDeviceCommands, type DeviceCommands } from './fake/device-commands.ts'
import { collected } from './fake/series.ts'
import { createWatchedClock } from './fake/watched-clock.ts'
import { createSmart, type SmartOptions } from './smart.ts'

const recordings = new URL('fixtures/smart', import.meta.url).pathname
let commands: DeviceCommands
let folder = ''
let reasons: { device?: string; reason?: string }[] = []

const note = (fields: object) => void reasons.push(fields)
const log: Log = { ...silentLog, warn: note }

beforeEach(() => {
  commands = createDeviceCommands()
  folder = commands.folder
  cpSync(recordings, folder, { recursive: true })
  const names = ['sda', 'sdb', 'nvme0']
  commands.answer([
    { program: 'smartctl', when: ['--scan-open'], output: 'scan.json' },
    ...[...names.map((name) => `/dev/${name}`), '/dev/disk/by-id/sdb'].map((device) => ({
      program: 'smartctl',
      when: [device],
      output: `${device.split('/').at(-1)}.json`,
    })),
  ])
  reasons = []
})
afterEach(() => commands.close())

/** Its clock stands still: nothing is too late because the machine is busy. */
const smart = (options: Partial<SmartOptions> = {}) =>
  createSmart({
    clock: createManualClock(),
    log,
    path: commands.pathOf('smartctl'),
    everyMs: 60_000,
    ...options,
  })

/** A smartctl that does what the script says for one device, and replays the others. */
function faulty(device: string, script: string): string {
  const path = join(folder, 'smartctl')
  const body = `for argument; do last=$argument; done\n[ "$last" = ${device} ] && { ${script}; }`
  writeFileSync(path, `#!/bin/sh\n${body}\nexec ${commands.pathOf('smartctl')} "$@"\n`)
  chmodSync(path, 0o755)
  return path
}

test('a SATA disk has its attributes, status, log and identity', async () => {
  const series = await collected(smart())
  const raw = (id: number, name: string, flags: readonly [string, string]) =>
    `smartctl_device_attribute{attribute_flags_long="${flags[1]}", ` +
    `attribute_flags_short="${flags[0]}", attribute_id="${id}", attribute_name="${name}", ` +
    'attribute_value_type="raw", device="sda"}'
  expect(series).toMatchObject({
    [raw(5, 'Reallocated_Sector_Ct', [
      'PO--CK',
      'prefailure,updated_online,event_count,auto_keep',
    ])]: 312,
    [raw(197, 'Current_Pending_Sector', ['-O--C-', 'updated_online,event_count'])]: 160,
    'smartctl_device_smart_status{device="sda"}': 1,
    'smartctl_device_smartctl_exit_status{device="sda"}': 64,
    'smartctl_device_error_log_count{device="sda", error_log_type="summary"}': 27,
    'smartctl_device_temperature{device="sda", temperature_type="current"}': 38,
    'smartctl_device_power_on_seconds{device="sda"}': 21_874 * 3600,
    'smartctl_device_power_cycle_count{device="sda"}': 42,
    'smartctl_device_capacity_bytes{device="sda"}': 4_000_787_030_016,
    'smartctl_device_block_size{blocks_type="physical", device="sda"}': 4096,
    'smartctl_device_interface_speed{device="sda", speed_type="max"}': 6e9,
    'smartctl_device_rotation_rate{device="sda"}': 7200,
    'zstone_device_readable{device="sda"}': 1,
    smartctl_devices: 3,
  })
  const identity = Object.keys(series).find((name) => /^smartctl_device\{.*"sda"/.test(name))
  expect(identity).toContain('interface="sat"')
  expect(identity).toContain('model_name="ZST HD-4000"')
  expect(identity).toContain('serial_number="ZST0A1B2"')
  expect(identity).toContain('ata_additional_product_id="unknown"')
  expect(Object.keys(series)).toContain(
    'smartctl_version{build_info="(local build)", json_format_version="1.0", ' +
      'smartctl_version="7.3", svn_revision="5338"}',
  )
})

test('an NVMe device has its health log, with wear beyond 100 percent as it is', async () => {
  expect(await collected(smart())).toMatchObject({
    'smartctl_device_percentage_used{device="nvme0"}': 104,
    'smartctl_device_available_spare{device="nvme0"}': 98,
    'smartctl_device_available_spare_threshold{device="nvme0"}': 10,
    'smartctl_device_critical_warning{device="nvme0"}': 0,
    'smartctl_device_media_errors{device="nvme0"}': 2,
    'smartctl_device_num_err_log_entries{device="nvme0"}': 117,
    'smartctl_device_bytes_read{device="nvme0"}': 2_000_000 * 512_000,
    'smartctl_device_bytes_written{device="nvme0"}': 3_000_000 * 512_000,
    'smartctl_device_nvme_capacity_bytes{device="nvme0"}': 1_920_383_410_176,
  })
})

test('a SAS disk has its grown defects and error counters, and names of its own', async () => {
  const series = await collected(smart())
  expect(series).toMatchObject({
    'smartctl_scsi_grown_defect_list{device="sdb"}': 7,
    'smartctl_read_errors_corrected_by_eccfast{device="sdb"}': 11,
    'smartctl_read_errors_corrected_by_eccdelayed{device="sdb"}': 2,
    'smartctl_read_errors_corrected_by_rereads_rewrites{device="sdb"}': 3,
    'smartctl_read_total_uncorrected_errors{device="sdb"}': 1,
    'smartctl_write_total_uncorrected_errors{device="sdb"}': 0,
    'smartctl_device_bytes_read{device="sdb"}': 3_641_125_000_000,
    'smartctl_device_bytes_written{device="sdb"}': 512_500_000_000,
    'smartctl_device_temperature{device="sdb", temperature_type="drive_trip"}': 85,
    'smartctl_device_power_on_seconds{device="sdb"}': 458 * 3600 + 25 * 60,
    'smartctl_device_power_cycle_count{device="sdb"}': 12,
  })
  const identity = Object.keys(series).find((name) => /^smartctl_device\{.*"sdb"/.test(name))
  expect(identity).toContain('model_name="ZSTONE SX8000"')
  expect(identity).toContain('scsi_vendor="ZSTONE"')
})

test('what a device does not say is absent, not zero', async () => {
  const names = Object.keys(await collected(smart()))
  const of = (metric: string) => names.filter((name) => name.startsWith(`${metric}{`))
  expect(of('smartctl_device_percentage_used')).toHaveLength(1)
  expect(of('smartctl_scsi_grown_defect_list')).toHaveLength(1)
  expect(of('smartctl_device_interface_speed')).toHaveLength(2)
})

test('a disk that dies is shown as not readable, without its old values', async () => {
  const collector = smart()
  await collected(collector)
  rmSync(join(folder, 'sda.json'))
  const series = await collected(collector)
  expect(series['zstone_device_readable{device="sda"}']).toBe(0)
  expect(series['zstone_device_readable{device="sdb"}']).toBe(1)
  expect(Object.keys(series).filter((name) => /^smartctl.*"sda"/.test(name))).toEqual([])
  await collected(collector)
  expect(reasons).toEqual([
    {
      device: 'sda',
      reason: 'Cannot read device /dev/sda: Smartctl open device: /dev/sda failed: No such device',
    },
  ])
})

test('a disk that left the scan stays visible as not readable', async () => {
  const clock = createManualClock()
  const collector = smart({ clock })
  await collected(collector)
  rmSync(join(folder, 'sda.json'))
  const scan = JSON.parse(readFileSync(join(folder, 'scan.json'), 'utf8'))
  scan.devices = scan.devices.slice(1)
  writeFileSync(join(folder, 'scan.json'), JSON.stringify(scan))
  await clock.advance(3_600_000)
  expect(await collected(collector)).toMatchObject({
    smartctl_devices: 3,
    'zstone_device_readable{device="sda"}': 0,
  })
})

test('a disk left asleep is neither readable nor broken', async () => {
  cpSync(join(folder, 'asleep.json'), join(folder, 'sda.json'))
  const series = await collected(smart())
  expect(series['zstone_device_asleep{device="sda"}']).toBe(1)
  expect(series).not.toHaveProperty(['zstone_device_readable{device="sda"}'])
  expect(series['zstone_device_asleep{device="sdb"}']).toBe(0)
  expect(reasons).toEqual([])
})

test('exit bits beyond the first two do not make a device unreadable', async () => {
  const answer = JSON.parse(readFileSync(join(folder, 'sda.json'), 'utf8'))
  answer.smartctl.exit_status = 252
  answer.smart_status.passed = false
  writeFileSync(join(folder, 'sda.json'), JSON.stringify(answer))
  expect(await collected(smart())).toMatchObject({
    'zstone_device_readable{device="sda"}': 1,
    'smartctl_device_smartctl_exit_status{device="sda"}': 252,
    'smartctl_device_smart_status{device="sda"}': 0,
  })
})

test('a device that hangs is killed at its deadline and costs the others nothing', async () => {
  const path = faulty('/dev/sda', 'sleep 60')
  const clock = createWatchedClock()
  const reading = collected(smart({ clock, path, deviceDeadlineMs: 300 }))
  await until(() => clock.waiting(300) === 2) // For its process, and for its answer.
  await clock.advance(300)
  expect(await reading).toMatchObject({
    'zstone_device_readable{device="sda"}': 0,
    'zstone_device_readable{device="sdb"}': 1,
    'zstone_device_readable{device="nvme0"}': 1,
  })
  expect(reasons[0]?.reason).toContain('it was not done within 300ms')
})

test('a device whose answer is garbage or cut off spoils no other', async () => {
  for (const script of ['echo garbage; exit 0', 'printf "{\\"smartctl\\": {"; exit 0', 'exit 1']) {
    const series = await collected(smart({ path: faulty('/dev/sda', script) }))
    expect(series['zstone_device_readable{device="sda"}']).toBe(0)
    expect(series['zstone_device_readable{device="nvme0"}']).toBe(1)
  }
  expect(reasons[0]?.reason).toBe('Cannot read device /dev/sda: smartctl printed no JSON: garbage')
})

test('without smartctl the collector as a whole fails, and says what to do', async () => {
  const missing = { path: '/nowhere/smartctl' }
  const listed = { ...missing, devices: [{ name: '/dev/sda', type: 'sat' }] }
  for (const options of [missing, listed])
    await expect(collected(smart(options))).rejects.toMatchObject({ code: 'SMARTCTL_MISSING' })
})

test('listed devices are read without a scan, RAID members under names of their own', async () => {
  const devices = [{ name: '/dev/sda', type: 'megaraid,3' }, { name: '/dev/disk/by-id/sdb' }]
  const series = await collected(smart({ devices, path: faulty('--scan-open', 'exit 2') }))
  expect(series).toMatchObject({
    'zstone_device_readable{device="sda_megaraid_3"}': 1,
    'zstone_device_readable{device="sdb"}': 1,
  })
})

test('a scan that is refused fails the collector with the reason', async () => {
  writeFileSync(
    join(folder, 'scan.json'),
    '{"smartctl": {"messages": [{"string": "no permission"}], "exit_status": 2}}',
  )
  await expect(collected(smart())).rejects.toThrow('no permission')
})

/** Of what the disk says, another name of it says the same. */
function alsoAs(name: string): void {
  const scan = JSON.parse(readFileSync(join(folder, 'scan.json'), 'utf8'))
  scan.devices.push({ name: `/dev/${name}`, type: 'scsi' })
  writeFileSync(join(folder, 'scan.json'), JSON.stringify(scan))
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  commands.answer([
    ...manifest.answers,
    { program: 'smartctl', when: [`/dev/${name}`], output: `${name}.json` },
  ])
  cpSync(join(folder, 'sdb.json'), join(folder, `${name}.json`))
}

test('a disk with two paths is shown once, and by the second when the first is lost', async () => {
  alsoAs('sdq')
  const collector = smart()
  const first = await collected(collector)
  const [path, temperature] = ['zstone_device_path', 'smartctl_device_temperature']
  const celsius = (device: string) =>
    `${temperature}{device="${device}", temperature_type="current"}`
  expect(first).toMatchObject({ smartctl_devices: 3, [`${path}{device="sdq", of="sdb"}`]: 1 })
  expect(first).toHaveProperty([celsius('sdb')])
  expect(first).not.toHaveProperty([celsius('sdq')])
  rmSync(join(folder, 'sdb.json'))
  const second = await collected(collector)
  expect(second['zstone_device_readable{device="sdb"}']).toBe(0)
  expect(second).toHaveProperty([celsius('sdq')])
  expect(Object.keys(second)).toContain(
    'zstone_device_lost{device="sdb", model_name="ZSTONE SX8000", reason="refused", ' +
      'serial_number="ZSTSX00000042"}',
  )
})

test('wear of every SSD is one metric, and who forecasts is told the facts of each disk', async () => {
  const told: string[] = []
  const series = await collected(
    smart({ onFacts: (device, { kind }) => void told.push(`${device} ${kind}`) }),
  )
  expect(series['zstone_device_wear_percent{device="nvme0", source="nvme"}']).toBe(104)
  expect(Object.keys(series).filter((key) => key.startsWith('zstone_device_wear'))).toHaveLength(1)
  expect(told).toEqual(['sda sata-hdd', 'sdb sas-hdd', 'nvme0 nvme'])
})

test('a smartctl that does not know a flag of ours is asked with those that all know', async () => {
  const unknown = '{"smartctl": {"messages": [{"string": "INVALID ARGUMENT"}], "exit_status": 1}}'
  const refuse = `case "$*" in *--log=devstat*|*--log=ssd*) echo '${unknown}'; exit 1;; esac`
  const path = join(folder, 'smartctl')
  writeFileSync(path, `#!/bin/sh\n${refuse}\nexec ${commands.pathOf('smartctl')} "$@"\n`)
  chmodSync(path, 0o755)
  expect(await collected(smart({ path }))).toMatchObject({
    'zstone_device_readable{device="sda"}': 1,
    'zstone_device_readable{device="sdb"}': 1,
    'zstone_device_readable{device="nvme0"}': 1,
  })
})
