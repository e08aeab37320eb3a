import { expect, test } from '@jest/globals'
import { recorded } from '../fake/recorded.ts'
import { evaluations } from './index.ts'

const invented = new URL('../fixtures/evaluate/wear-truth.jsonl', import.meta.url).pathname

/** The figures of the line that begins with `name`. */
const figuresOf = (page: string, name: string) =>
  page
    .split('\n')
    .find((line) => line.startsWith(name))
    ?.slice(name.length)
    .trim()
    .split(/\s+/)
    .map(Number)

const evaluate = async (path: string) => (await evaluations['wear']?.([path])) ?? ''

test('a drive of which nothing is said counts as wrong, and each model counts once', async () => {
  const page = await evaluate(invented)
  expect(page).toMatch(/^4 drives, 3 models/)
  // micro, macro, silent, wrong: P1 once of twice, Z1 right, Z2 silent.
  expect(figuresOf(page, 'this table')).toEqual([0.5, 0.5, 0.25, 0.25])
  expect(figuresOf(page, "dashboards' rule")).toEqual([0.25, 0.333, 0.25, 0.5])
})

test('a row that only one vendor shows is not held against the vendor itself', async () => {
  const page = await evaluate(invented)
  expect(figuresOf(page, '  without what only that vendor shows')?.[0]).toBe(0)
})

test('a dataset that is none is refused with its line', async () => {
  await expect(evaluate(new URL('wear.ts', import.meta.url).pathname)).rejects.toMatchObject({
    code: 'DATASET_INVALID',
    message: expect.stringContaining('line 1'),
  })
  await expect(evaluate('/nowhere.jsonl.gz')).rejects.toMatchObject({ code: 'DATASET_INVALID' })
})

const onRecorded = recorded === undefined ? test.skip : test

onRecorded('on recorded drives the table reaches its figures, also for models unseen', async () => {
  const page = await evaluate(new URL('datasets/ssd-wear-truth.dev.jsonl.gz', recorded).pathname)
  const [micro = 0, macro = 0] = figuresOf(page, '  without what only that model shows') ?? []
  expect(micro).toBeGreaterThan(0.92)
  expect(macro).toBeGreaterThan(0.86)
})
