/** Our evaluator and life of alerts give the verdicts that promtool gives on the same files. */
import { globSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { runPromtoolFile } from '#test/promtool-file'

const files = globSync('rules/*.rules.test.yml').sort()

test('there are files to run', () => {
  expect(files.length).toBeGreaterThanOrEqual(4)
})

test.each(files)('%s gives the alerts that it expects', async (file) => {
  const verdicts = await runPromtoolFile(file)
  expect(verdicts.length).toBeGreaterThan(0)
  expect(verdicts.some(({ expected }) => expected.length > 0)).toBe(true)
  for (const { at, alertname, expected, found } of verdicts)
    expect({ at, alertname, alerts: found }).toEqual({ at, alertname, alerts: expected })
})
