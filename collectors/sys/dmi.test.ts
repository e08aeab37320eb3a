import { expect, test } from '@jest/globals'
import { areaTree, saidOf } from '../fake/hardware.ts'
import { createDmi } from './dmi.ts'

const machine = areaTree('machine')

test('a machine says who made it, without what it does not say', async () => {
  const [info = '', ...others] = Object.keys(await saidOf(machine, createDmi))
  expect(others).toEqual([])
  expect(info).toContain('system_vendor="ZStone Works"')
  expect(info).toContain('product_serial="ZN224-0117"')
  expect(info).not.toContain('product_sku')
})
