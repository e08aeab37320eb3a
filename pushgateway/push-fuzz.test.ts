/** The short form of `push.fuzz.ts`: the same bodies at each run. */
import { existsSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { isBuildMachine } from '#test/environment'
import { hasPrometheus } from '#test/prometheus'
import { debianGateway, startDebians } from './fake/process.ts'
import { compareVerdicts, promtoolRefusal } from './fuzz/beside.ts'
import { faultOrDisorderOf } from './fuzz/strict-check.ts'
import { fuzz } from './push.fuzz.ts'

const seed = 20261121

test('any body is refused, or what it leaves can be scraped', async () => {
  const { bodies, accepted } = await fuzz({ seed, count: 10_000, say: () => {} })
  expect(accepted.text).toBeGreaterThan(bodies / 10)
  expect(accepted.protobuf).toBeGreaterThan(bodies / 20)
})

const withPromtool = hasPrometheus() ? test : test.skip

withPromtool('promtool reads what any bodies leave at /metrics', async () => {
  let [game, asked] = [0, 0]
  const look = (shown: Buffer) => {
    if (game++ % 5 > 0) return
    asked++
    expect(promtoolRefusal(shown)).toBeUndefined()
  }
  await fuzz({ seed: seed + 1, count: 5000, say: () => {}, look })
  expect(asked).toBeGreaterThan(5)
  expect(promtoolRefusal(Buffer.from('a{} b\n'))).toContain('text format parsing error')
})

const withDebians = existsSync(debianGateway) || isBuildMachine() ? test : test.skip

withDebians("any text gets the verdict of Debian's gateway", async () => {
  const theirs = await startDebians()
  try {
    const found = await compareVerdicts(theirs.url, { seed, count: 800 })
    expect(found.differences).toEqual([])
    expect(found.accepted).toBeGreaterThan(100)
  } finally {
    await theirs.kill()
  }
})

test('the strict check finds what is wrong', () => {
  const head = '# TYPE a gauge\n'
  const line = 'a{instance="",job="j"} 1\n'
  expect(faultOrDisorderOf(Buffer.from(head + line))).toBeUndefined()
  for (const wrong of [
    head + line + line,
    line,
    head + line + head + line,
    head + line.slice(0, -1),
    `${head}a{job="j"} 1\n`,
    `${head}a{instance="",job="j",job="k"} 1\n`,
    `${head}a{instance="\\t",job="j"} 1\n`,
    `${head}a{instance="",job="j"} one\n`,
    `${head}a{instance="",job="j"} 1 1000\n`,
    `${head}a{instance="b",job="j"} 1\n${line}`,
    `# TYPE b gauge\nb{instance="",job="j"} 1\n${head}${line}`,
    `# TYPE a histogram\n${line}`,
    `# TYPE a summary\n# TYPE a_count gauge\na_count{instance="",job="j"} 1\n`,
    `# TYPE é gauge\n`,
    `# HELP a \\t\n${head}${line}`,
  ])
    expect({ wrong, found: faultOrDisorderOf(Buffer.from(wrong)) }).toEqual({
      wrong,
      found: expect.any(String),
    })
})
