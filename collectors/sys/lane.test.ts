import { expect, test } from '@jest/globals'
import { createFiles } from '../files.ts'
import { inLane } from './lane.ts'

/** A machine whose files answer when they are let go. */
function slowFiles() {
  const asked: string[] = []
  const letGo = new Map<string, () => void>()
  const files = {
    ...createFiles('/nowhere'),
    readTextLater: (path: string) => {
      asked.push(path)
      return new Promise<string>((resolve, reject) => {
        letGo.set(path, path === '/bad' ? () => reject(new Error('gone')) : () => resolve(path))
      })
    },
  }
  return { files, asked, answer: (path: string) => letGo.get(path)?.() }
}

test('three readings that hang hold three threads, and the others wait their turn', async () => {
  const { files, asked, answer } = slowFiles()
  const { readTextLater } = inLane(files)
  const readings = ['/a', '/bad', '/c', '/d', '/e'].map((path) => readTextLater(path))
  await Promise.resolve()
  expect(asked).toEqual(['/a', '/bad', '/c'])
  answer('/a')
  expect(await readings[0]).toBe('/a')
  expect(asked).toEqual(['/a', '/bad', '/c', '/d'])
  answer('/bad')
  await expect(readings[1]).rejects.toThrow('gone')
  for (const path of ['/c', '/d', '/e']) answer(path)
  expect(await Promise.all(readings.slice(2))).toEqual(['/c', '/d', '/e'])
})
