import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { type Log, silentLog } from '#lib/log'
import { until } from '#test/until'
import { areaTree, changed, saidOf } from '../fake/hardware.ts'
import { seriesOf } from '../fake/series.ts'
import { plantTree, type Tree } from '../fake/tree.ts'
import { createFiles, type Files } from '../files.ts'
import { createHwmon } from './hwmon.ts'

const sensors = areaTree('sensors')
const disk = 'sys/devices/pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0/hwmon/hwmon3'
const said = (tree: Tree) =>
  saidOf(tree, ({ files }) => createHwmon({ files, clock: createManualClock(), log: silentLog }))

test('a chip is called by its place, and says its sensors in plain units', async () => {
  expect(await said(sensors)).toMatchObject({
    'node_hwmon_chip_names{chip="platform_coretemp_0", chip_name="coretemp"}': 1,
    'node_hwmon_temp_celsius{chip="platform_coretemp_0", sensor="temp3"}': 33.85,
    'node_hwmon_temp_crit_celsius{chip="platform_coretemp_0", sensor="temp1"}': 96,
    'node_hwmon_sensor_label{chip="platform_coretemp_0", label="Package id 0", sensor="temp1"}': 1,
    'node_hwmon_temp_celsius{chip="nvme_nvme0", sensor="temp1"}': 36.85,
    'node_hwmon_fan_rpm{chip="platform_zstboard_656", sensor="fan1"}': 1188,
    'node_hwmon_in_volts{chip="platform_zstboard_656", sensor="in1"}': 3.312,
    'node_hwmon_power_average_watt{chip="platform_zstboard_656", sensor="power1"}': 185,
    'node_hwmon_energy_joule_total{chip="platform_zstboard_656", sensor="energy1"}': 98765.4321,
  })
})

test('every alarm and fault is one metric, whatever the sensor', async () => {
  expect(await said(sensors)).toMatchObject({
    'zstone_hwmon_alarm{alarm="crit", chip="platform_coretemp_0", sensor="temp2"}': 1,
    'zstone_hwmon_alarm{alarm="crit", chip="platform_coretemp_0", sensor="temp1"}': 0,
    'zstone_hwmon_alarm{alarm="alarm", chip="platform_zstboard_656", sensor="in0"}': 1,
    'zstone_hwmon_alarm{alarm="fault", chip="platform_zstboard_656", sensor="fan2"}': 1,
  })
})

test('a chip without a place goes by its name, and without a name by its number', async () => {
  expect(await said(sensors)).toMatchObject({
    'node_hwmon_temp_celsius{chip="acpitz", sensor="temp1"}': 27.8,
    'node_hwmon_temp_celsius{chip="hwmon6", sensor="temp1"}': 20,
    'node_hwmon_temp_celsius{chip="i2c_1_1_002f", sensor="temp1"}': 30,
  })
})

test('two chips of one place are told apart', async () => {
  const twin = 'sys/devices/platform/coretemp.0/hwmon/hwmon9'
  const tree = {
    files: { ...sensors.files, [`${twin}/name`]: 'twin', [`${twin}/temp1_input`]: '1000' },
    symlinks: {
      ...sensors.symlinks,
      [`${twin}/device`]: '../../../coretemp.0',
      'sys/class/hwmon/hwmon9': '../../devices/platform/coretemp.0/hwmon/hwmon9',
    },
  }
  const series = await said(tree)
  expect(series['node_hwmon_temp_celsius{chip="platform_coretemp_0_hwmon9", sensor="temp1"}']).toBe(
    1,
  )
  expect(series['node_hwmon_temp_celsius{chip="platform_coretemp_0", sensor="temp1"}']).toBe(51)
})

test('a sensor that says no number is absent', async () => {
  const series = await said(changed(sensors, { [`${disk}/temp1_input`]: 'N/A' }))
  const chip = 'target2:0:0_2:0:0:0'
  expect(series).not.toHaveProperty([`node_hwmon_temp_celsius{chip="${chip}", sensor="temp1"}`])
  expect(series[`zstone_hwmon_chip_readable{chip="${chip}"}`]).toBe(1)
})

/** Files of which some hang until they are let go. */
function hanging(root: string, isHanging: (path: string) => boolean) {
  const files: Files = createFiles(root)
  const held: (() => void)[] = []
  const asked: string[] = []
  return {
    files: {
      ...files,
      async readTextLater(path: string) {
        asked.push(path)
        if (isHanging(path)) await new Promise<void>((letGo) => held.push(letGo))
        return files.readTextLater(path)
      },
    },
    held,
    asked,
  }
}

test('a chip that hangs is not readable, delays no other for long, and is left alone', async () => {
  const { root, remove } = plantTree(sensors)
  let hangs = true
  const { files, held, asked } = hanging(root, (path) => hangs && path.includes('hwmon3'))
  const clock = createManualClock()
  const reasons: unknown[] = []
  const log: Log = { ...silentLog, warn: (fields: object) => void reasons.push(fields) }
  const collector = createHwmon({ files, clock, log })
  const collect = async () => seriesOf(await collector.collect(new AbortController().signal))
  const first = collect()
  await until(() => held.length === 1)
  await clock.advance(5000)
  const series = await first
  const disk = '{chip="target2:0:0_2:0:0:0"}'
  expect(series[`zstone_hwmon_chip_readable${disk}`]).toBe(0)
  expect(series['zstone_hwmon_chip_readable{chip="nvme_nvme0"}']).toBe(1)
  expect(series['node_hwmon_temp_celsius{chip="acpitz", sensor="temp1"}']).toBe(27.8)
  expect(reasons).toEqual([{ chip: 'target2:0:0_2:0:0:0', reason: 'it did not answer in time' }])
  const before = asked.filter((path) => path.includes('hwmon3')).length
  expect((await collect())[`zstone_hwmon_chip_readable${disk}`]).toBe(0)
  expect(asked.filter((path) => path.includes('hwmon3'))).toHaveLength(before)
  hangs = false
  for (const letGo of held) letGo()
  const isBack = async () => (await collect())[`zstone_hwmon_chip_readable${disk}`] === 1
  await until(isBack)
  remove()
})

test('limits are read with the inventory, readings every time', async () => {
  const { root, remove } = plantTree(sensors)
  const { files, asked } = hanging(root, () => false)
  const collector = createHwmon({ files, clock: createManualClock(), log: silentLog })
  const stop = new AbortController().signal
  const first = seriesOf(await collector.collect(stop))
  const all = asked.length
  expect(seriesOf(await collector.collect(stop))).toEqual(first)
  const again = asked.slice(all)
  expect(again.length).toBeLessThan(all * 0.6)
  expect(again.filter((path) => /_(max|min|label|crit)$/.test(path))).toEqual([])
  remove()
})
