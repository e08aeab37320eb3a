import { expect, test } from '@jest/globals'
import { createLoadavg } from './loadavg.ts'
import { collected, falseNode } from './series.fixture.ts'

test('the three averages have their names', async () => {
  expect(await collected(createLoadavg({ files: falseNode }))).toEqual({
    node_load1: 0.21,
    node_load5: 0.37,
    node_load15: 0.39,
  })
})
