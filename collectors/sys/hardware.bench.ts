/**
 * What reading the hardware costs: `node collectors/sys/hardware.bench.ts`. A machine that has
 * none of it, and one with 100 sensors in 9 chips, 30 PCI devices, 8 NVMe disks and 16 arrays.
 */
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import type { Collector } from '../collector.ts'
import { areaTree } from '../fake/hardware.ts'
import { plantTree, type Tree } from '../fake/tree.ts'
import { createFiles } from '../files.ts'
import { hardwareCollectors } from './list.ts'

const rounds = 100
const tickMs = 15_000
const count = (length: number) => Array.from({ length }, (_, i) => i)

function largeMachine(): Tree {
  const files: Record<string, string> = {}
  const symlinks: Record<string, string> = {}
  const chip = (n: number, device: string, sensors: number) => {
    const folder = `sys/devices/${device}/hwmon/hwmon${n}`
    files[`${folder}/name`] = `${device.split('/')[1]?.split('.')[0]}\n`
    for (const i of count(sensors))
      for (const element of ['input', 'max', 'crit', 'crit_alarm', 'label'])
        files[`${folder}/temp${i + 1}_${element}`] = '41000\n'
    symlinks[`sys/class/hwmon/hwmon${n}`] = `../../devices/${device}/hwmon/hwmon${n}`
    symlinks[`${folder}/device`] = `../../../${device.split('/').at(-1)}`
  }
  for (const n of [0, 1]) chip(n, `platform/coretemp.${n}`, 32)
  chip(2, 'platform/board.656', 20)
  for (const n of count(8)) chip(3 + n, `nvme/nvme${n}`, 2)
  for (const n of count(30)) addPci(files, symlinks, n)
  for (const n of count(8)) addNvme(files, n)
  const array = (n: number) => `md${n} : active raid1 sda[0] sdb[1]\n      9 blocks [2/2] [UU]\n\n`
  files['proc/mdstat'] = count(16).map(array).join('')
  for (const n of count(16)) {
    files[`sys/block/md${n}/md/degraded`] = '0\n'
    files[`sys/block/md${n}/md/raid_disks`] = '2\n'
  }
  return { files, symlinks }
}

function addPci(files: Record<string, string>, symlinks: Record<string, string>, n: number): void {
  const name = `0000:${(n + 1).toString(16).padStart(2, '0')}:00.0`
  const path = `devices/pci0000:00/${name}`
  symlinks[`sys/bus/pci/devices/${name}`] = `../../../${path}`
  const from = 'sys/devices/pci0000:00/0000:00:02.0/0000:02:00.0/'
  for (const [file, text] of Object.entries(areaTree('machine').files))
    if (file.startsWith(from)) files[`sys/${path}/${file.slice(from.length)}`] = text
}

function addNvme(files: Record<string, string>, n: number): void {
  const from = 'sys/class/nvme/nvme0/'
  for (const [file, text] of Object.entries(areaTree('storage').files))
    if (file.startsWith(from)) {
      const own = file.slice(from.length).replace('nvme0', `nvme${n}`)
      files[`sys/class/nvme/nvme${n}/${own}`] = text
    }
}

/** Milliseconds of processor time a reading, of all threads. */
async function costOf(collector: Collector): Promise<{ ms: number; samples: number }> {
  const stop = new AbortController().signal
  const first = await collector.collect(stop)
  for (const _ of count(rounds / 5)) await collector.collect(stop)
  const before = process.cpuUsage()
  for (const _ of count(rounds)) await collector.collect(stop)
  const { user, system } = process.cpuUsage(before)
  const samples = first.reduce((sum, family) => sum + family.samples.length, 0)
  return { ms: (user + system) / 1000 / rounds, samples }
}

async function report(title: string, tree: Tree): Promise<void> {
  const { root, remove } = plantTree(tree)
  const files = createFiles(root, { keepsOpen: true })
  let fast = 0
  let share = 0
  console.log(`\n${title}\n  collector          every   ms a reading   samples`)
  for (const collector of hardwareCollectors({ clock: systemClock, log: silentLog, files })) {
    const { ms, samples } = await costOf(collector)
    const everyMs = collector.pace?.everyMs ?? tickMs
    fast += collector.pace === undefined ? ms : 0
    share += ms / everyMs
    const every = collector.pace === undefined ? 'tick' : `${everyMs / 1000}s`
    const row = [collector.name.padEnd(16), every.padStart(7), ms.toFixed(3).padStart(14)]
    console.log(`  ${row.join(' ')} ${String(samples).padStart(9)}`)
  }
  console.log(
    `  in each tick: ${fast.toFixed(2)} ms; of a processor: ${(share * 100).toFixed(4)} %`,
  )
  files[Symbol.dispose]()
  remove()
}

await report('A machine without any of it', { files: { 'proc/stat': '', 'sys/x': '' } })
await report('100 sensors, 30 PCI devices, 8 NVMe disks, 16 arrays', largeMachine())
