import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createCpufreq } from './cpufreq.ts'

const machine = areaTree('machine')

test('a processor says how fast it runs and may run, in hertz', async () => {
  const series = await saidOf(machine, createCpufreq)
  expect(series).toMatchObject({
    'node_cpu_scaling_frequency_hertz{cpu="1"}': 1_219_918_000,
    'node_cpu_scaling_frequency_max_hertz{cpu="0"}': 3_400_000_000,
    'node_cpu_frequency_hertz{cpu="0"}': 1_200_195_000,
    'node_cpu_scaling_governor{cpu="0", governor="powersave"}': 1,
    'node_cpu_scaling_governor{cpu="0", governor="performance"}': 0,
  })
  expect(series).not.toHaveProperty(['node_cpu_frequency_hertz{cpu="1"}'])
})
