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
  })
  expect(Object.keys(series).filter((name) => name.includes('cpu=""'))).toEqual([])
})

test('a counter that the kernel lets run back a little stands still', async () => {
  const texts = ['cpu0 10 0 0 5000 300 0 0 0', 'cpu0 11 0 0 4990 290 0 0 0']
  const cpu = createCpu({ files: { ...falseNode, readText: () => texts.shift() ?? '' } })
  await collected(cpu)
  expect(await collected(cpu)).toMatchObject({
    'node_cpu_seconds_total{cpu="0", mode="user"}': 0.11,
    'node_cpu_seconds_total{cpu="0", mode="idle"}': 50,
    'node_cpu_seconds_total{cpu="0", mode="iowait"}': 3,
  })
})

test('a processor that was away starts over', async () => {
  const texts = ['cpu0 10 0 0 5000 300 0 0 0', 'cpu0 1 0 0 20 3 0 0 0']
  const cpu = createCpu({ files: { ...falseNode, readText: () => texts.shift() ?? '' } })
  await collected(cpu)
  expect(await collected(cpu)).toMatchObject({
    'node_cpu_seconds_total{cpu="0", mode="user"}': 0.01,
    'node_cpu_seconds_total{cpu="0", mode="idle"}': 0.2,
  })
})
