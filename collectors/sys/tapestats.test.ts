import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createTapestats } from './tapestats.ts'

const storage = areaTree('storage')

test('a drive counts once, whatever its other names', async () => {
  const series = await saidOf(storage, createTapestats)
  expect(series).toMatchObject({
    'node_tape_written_bytes_total{device="st0"}': 1_496_246_784_000,
    'node_tape_read_time_seconds_total{device="st0"}': 33.788355744,
    'node_tape_io_now{device="st0"}': 1,
  })
  expect(Object.keys(series).join()).not.toContain('nst0')
})
