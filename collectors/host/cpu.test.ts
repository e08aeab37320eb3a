import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createCpu } from './cpu.ts'

test('each processor has its modes in seconds, guests apart', async () => {
  const series = await collected(createCpu({ files: falseNode }))
  expect(series).toMatchObject({
    'node_cpu_seconds_total{cpu="0", mode="user"}': 444.9,
    'node_cpu_seconds_total{cpu="0", mode="idle"}': 10_870.69,
    'node_cpu_seconds_total{cpu="1", mode="steal"}': 0.12,
    'node_cpu_guest_seconds_total{cpu="1", mode="nice"}': 0.08,
    node_boot_time_seconds: 1_763_700_000,
    node_context_switches_total: 38_014_093,
    node_forks_total: 26_442,
    node_intr_total: 8_885_917,
    node_procs_blocked: 1,
    node_procs_running: 2,
  })
  expect(Object.keys(series).filter((name) => name.includes('cpu=""'))).toEqual([])
})

test('a counter that the kernel lets run back a little stands still', async () => {
  const texts = ['cpu0 10 0 0 5000 300 0 0 0', 'cpu0 11 0 0 4990 290 0 0 0']
  const cpu = createCpu({ files: { readText: () => texts.shift() ?? '' } })
  await collected(cpu)
  expect(await collected(cpu)).toMatchObject({
    'node_cpu_seconds_total{cpu="0", mode="user"}': 0.11,
    'node_cpu_seconds_total{cpu="0", mode="idle"}': 50,
    'node_cpu_seconds_total{cpu="0", mode="iowait"}': 3,
  })
})

test('a processor that was away starts over', async () => {
  const texts = ['cpu0 10 0 0 5000 300 0 0 0', 'cpu0 1 0 0 20 3 0 0 0']
  const cpu = createCpu({ files: { readText: () => texts.shift() ?? '' } })
  await collected(cpu)
  expect(await collected(cpu)).toMatchObject({
    'node_cpu_seconds_total{cpu="0", mode="user"}': 0.01,
    'node_cpu_seconds_total{cpu="0", mode="idle"}': 0.2,
  })
})
