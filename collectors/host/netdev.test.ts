import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createNetdev } from './netdev.ts'

test('every column has its name, with or without a space after the colon', async () => {
  const series = await collected(createNetdev({ files: falseNode }))
  const eth0 = Object.entries(series).filter(([name]) => name.includes('"eth0"'))
  const short = eth0.map(([name, value]) => [name.replace(/node_network_|_total.*/g, ''), value])
  expect(Object.fromEntries(short)).toEqual({
    receive_bytes: 68_210_035_552,
    receive_packets: 520_993_275,
    receive_errs: 1,
    receive_drop: 2,
    receive_fifo: 3,
    receive_frame: 4,
    receive_compressed: 5,
    receive_multicast: 6,
    receive_nohandler: 3,
    transmit_bytes: 9_315_587_528,
    transmit_packets: 43_451_486,
    transmit_errs: 7,
    transmit_drop: 8,
    transmit_fifo: 9,
    transmit_colls: 10,
    transmit_carrier: 11,
    transmit_compressed: 12,
  })
  expect(series['node_network_receive_bytes_total{device="lo"}']).toBe(435_303_245)
})
