import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createWatchdog } from './watchdog.ts'

const machine = areaTree('machine')

test('a watchdog says its state, and only what it knows', async () => {
  const series = await saidOf(machine, createWatchdog)
  expect(series).toMatchObject({
    'node_watchdog_timeleft_seconds{name="watchdog0"}': 28,
    'node_watchdog_timeout_seconds{name="watchdog0"}': 30,
    'node_watchdog_bootstatus{name="watchdog0"}': 1,
    'node_watchdog_info{identity="Software Watchdog", name="watchdog1"}': 1,
  })
  expect(series).not.toHaveProperty(['node_watchdog_timeleft_seconds{name="watchdog1"}'])
})
