import { describe, expect, test } from '@jest/globals'
import { recorded } from '../fake/recorded.ts'
import { evaluations } from './index.ts'

const invented = (name: string) => new URL(`../fixtures/evaluate/${name}`, import.meta.url).pathname

const evaluate = async (what: string, ...paths: string[]) =>
  (await evaluations[what]?.(paths)) ?? `there is no evaluation of ${what}`

/** The figures of the first line that begins with `name`. */
const figuresOf = (page: string, name: string) =>
  (page.split('\n').find((line) => line.startsWith(name)) ?? name)
    .slice(name.length)
    .trim()
    .split(/[\s%,]+/)
    .map(Number)

describe('wear from vendor attributes', () => {
  test('a drive of which nothing is said counts as wrong, and each model counts once', async () => {
    const page = await evaluate('wear', invented('wear-truth.jsonl'))
    expect(page).toMatch(/^4 drives, 3 models/)
    // micro, macro, silent, wrong: P1 once of twice, Z1 right, Z2 silent.
    expect(figuresOf(page, 'this table')).toEqual([0.5, 0.5, 0.25, 0.25])
    expect(figuresOf(page, "dashboards' rule")).toEqual([0.25, 0.333, 0.25, 0.5])
  })

  test('a row that only one vendor shows does not count for the vendor itself', async () => {
    const page = await evaluate('wear', invented('wear-truth.jsonl'))
    expect(figuresOf(page, '  without what only that vendor shows')[0]).toBe(0)
  })

  test('a dataset that is none is refused with its line', async () => {
    await expect(evaluate('wear', import.meta.filename)).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('line 1'),
    })
    await expect(evaluate('wear', '/nowhere.gz')).rejects.toMatchObject({ code: 'DATASET_INVALID' })
  })
})

describe('the forecast of wear', () => {
  test('is compared with no change and with Theil–Sen, by the mean error in points', async () => {
    const page = await evaluate('forecast', invented('wear-series.jsonl'))
    expect(page).toMatch(/^3 histories, 3 models/)
    // Off by 10, 0 and 9; by 0, 0 and 9: the history of the third is too short for any rate.
    expect(figuresOf(page, 'all: persistence')).toEqual([3, 6.333, Number.NaN])
    expect(figuresOf(page, 'all: Theil–Sen')[1]).toBe(3)
    expect(figuresOf(page, 'all: wear-rate-2').slice(1)).toEqual([3, 1])
  })

  test('is also shown as it were with the bytes to come, and with the best rate, known', async () => {
    const page = await evaluate('forecast', invented('wear-series.jsonl'))
    expect(figuresOf(page, 'all: wear-rate-2, told the bytes to come')[1]).toBe(3)
    expect(figuresOf(page, 'all: whichever rate comes nearest')[1]).toBe(3)
  })
})

describe('the risk of failure', () => {
  test('is compared with the usual rule at equal effort and at equal recall', async () => {
    const page = await evaluate('failures', invented('last-day.csv'))
    expect(page).toContain('10 disks, 2 failed')
    expect(page).toContain('30.0 % of the disks, precision 0.333, recall 0.500')
    expect(page).toContain('for the same recall: 10.0 % of the disks, precision 1.000')
    expect(figuresOf(page, '10.0 %')).toEqual([1, 0.5, 0.333, 0.167])
  })

  test('a file without failures in it is refused', async () => {
    const attempt = evaluate('failures', invented('wear-series.jsonl'))
    await expect(attempt).rejects.toMatchObject({ code: 'DATASET_INVALID' })
  })
})

const ofRecorded = recorded === undefined ? describe.skip : describe

ofRecorded('on recorded drives, where they are at hand', () => {
  const dataset = (name: string) => new URL(`datasets/${name}`, recorded).pathname

  test('wear is within two points, also for models and vendors unseen', async () => {
    const page = await evaluate('wear', dataset('ssd-wear-truth.dev.jsonl.gz'))
    const [micro = 0, macro = 0] = figuresOf(page, '  without what only that model shows')
    expect(micro).toBeGreaterThan(0.93)
    expect(macro).toBeGreaterThan(0.87)
    expect(figuresOf(page, '  without what only that vendor shows')[1]).toBeGreaterThan(0.83)
  })

  test('the forecast is nearer than the best usual one, and its band holds four of five', async () => {
    const page = await evaluate('forecast', dataset('wear-series.dev.jsonl.gz'))
    for (const selection of ['all', 'wore by 5', 'had worn by 4']) {
      const [, theirs = 0] = figuresOf(page, `${selection}: Theil–Sen`)
      const [, ours = 9, held = 0] = figuresOf(page, `${selection}: wear-rate-2`)
      expect(ours).toBeLessThan(0.93 * theirs)
      expect(Math.abs(held - 0.8)).toBeLessThan(0.05)
      expect(figuresOf(page, `${selection}: wear-rate-2, told`).at(-2)).toBeLessThan(0.9 * ours)
      expect(figuresOf(page, `${selection}: whichever`).at(-2)).toBeLessThan(0.75 * ours)
    }
  })

  test('of the riskiest hundredth of hard disks more than a third failed, half of all', async () => {
    const names = ['HGST-HMS5C4040BLE640', 'ST8000DM002']
    const files = names.map((name) => dataset(`bb2019-${name}-last-day.csv.gz`))
    const page = (await evaluate('failures', ...files)).split('\n\n\n').at(-1) ?? ''
    const [precision, recall, theirs, theirRecall] = figuresOf(page, '1.0 %')
    expect(precision).toBeGreaterThan(2.5 * (theirs ?? 1))
    expect(recall).toBeGreaterThan(2.5 * (theirRecall ?? 1))
  })
})
