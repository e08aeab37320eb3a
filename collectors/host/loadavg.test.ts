import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createLoadavg } from './loadavg.ts'

test('the three averages have their names', async () => {
  expect(await collected(createLoadavg({ files: falseNode }))).toEqual({
    node_load1: 0.21,
    node_load5: 0.37,
    node_load15: 0.39,
  })
})
