import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createPressure } from './pressure.ts'

test('waiting and stalled time are seconds; what is not measured is absent', async () => {
  expect(await collected(createPressure({ files: falseNode }))).toEqual({
    node_pressure_cpu_waiting_seconds_total: 14.036781,
    node_pressure_io_waiting_seconds_total: 159.886802,
    node_pressure_io_stalled_seconds_total: 159.229614,
  })
})

test('a kernel without pressure is said as such', async () => {
  const files = {
    readText: () => {
      throw new Error('ENOENT')
    },
  }
  await expect(async () => collected(createPressure({ files }))).rejects.toThrow('CONFIG_PSI')
})
