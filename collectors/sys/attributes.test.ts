import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { plantTree } from '../fake/tree.ts'
import { createFiles } from '../files.ts'
import { askAttributes, inUnit, namesIn, numberOf } from './attributes.ts'

test('numbers are read as the kernel writes them, and nothing else passes for one', () => {
  expect(['42', '-1', '0x10', '1.5', '', 'N/A', '12 kB', undefined].map(numberOf)).toEqual([
    42,
    -1,
    16,
    1.5,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  fc.assert(fc.property(fc.string(), (text) => !Number.isNaN(numberOf(text))))
})

test('thousandths make no noise behind the point', () => {
  expect(inUnit(33_800, 0.001)).toBe(33.8)
  expect(inUnit(3, 1000)).toBe(3000)
})

test('names stand in the order of their numbers, and a missing folder has none', () => {
  const { root, remove } = plantTree({ files: { 'sys/b10/x': '', 'sys/b9/x': '', 'sys/c/x': '' } })
  expect(namesIn(createFiles(root), '/sys', /^b/)).toEqual(['b9', 'b10'])
  expect(namesIn(createFiles(root), '/nowhere')).toEqual([])
  remove()
})

test('reading stops where it is told to', async () => {
  const { root, remove } = plantTree({ files: { 'sys/a': '1' } })
  const stopped = { folder: '/sys', names: ['a'], stop: AbortSignal.abort(new Error('late')) }
  await expect(askAttributes(createFiles(root), stopped)).rejects.toThrow('late')
  remove()
})
