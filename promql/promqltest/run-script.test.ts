import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { prometheus2 } from '../dialect.ts'
import { runScript } from './run-script.ts'

const files = globSync(`${import.meta.dirname}/cases/*.test`)

test.each(files.map((file) => [file.replace(/^.*\//, ''), file]))('%s passes', (_, file) => {
  const outcomes = runScript(readFileSync(file, 'utf8'))
  expect(outcomes.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
  expect(outcomes.length).toBeGreaterThan(5)
})

describe('a case', () => {
  const samples = 'load 1m\n  a{x="1"} 1 2\n  a{x="2"} 3 4\n  h {{count:1 sum:2}}x3\n\n'
  const reasonOf = (text: string) => {
    const [outcome] = runScript(samples + text)
    return `${outcome?.verdict}: ${outcome?.reason ?? ''}`
  }

  test.each([
    ['eval instant at 0 a\n  a{x="1"} 1', 'failed: unexpected {__name__="a", x="2"} 3@0'],
    ['eval instant at 0 sum(a)\n  {} 5', 'failed: {}: expected 5 at 0; got 4@0'],
    ['eval instant at 0 sum(a)\n  {} 4.000001', 'passed: '],
    ['eval instant at 0 b\n  b 1', 'failed: missing {__name__="b"}'],
    ['eval instant at 0 scalar(b)\n  1', 'failed: expected scalar 1, got NaN'],
    ['eval instant at 0 "x"\n  expect string "y"', 'failed: expected string y, got x'],
    [
      'eval range from 0 to 1m step 1m sum(a)\n  {} 4',
      'failed: {}: expected 1 values; got 4@0 6@60',
    ],
    [
      'eval_ordered instant at 0 sort(a)\n  a{x="2"} 3\n  a{x="1"} 1',
      'failed: {__name__="a", x="1"} 1@0 stands in place 1',
    ],
    ['eval instant at 0 a\n  expect fail', 'failed: expected a failure'],
    ['eval_fail instant at 0 a +', 'failed: the query cannot be read'],
    [
      'eval_fail instant at 0 a + ignoring(x) a{x="1"}\n  expected_fail_regexp many-to-many',
      'failed: expected the failure "many-to-many"',
    ],
    ['eval_fail instant at 0 a{x="1"} + ignoring(x) a', 'passed: '],
    ['eval instant at 0 "x"\n  expect string "x"', 'passed: '],
    ['eval instant at 0 b\n  expect string "x"', 'failed: expected a string, got a vector'],
    ['eval instant at 0 1\n  1\n  a 1', 'failed: Cannot read the script: a number and series'],
    ['eval instant at 0 sum(a)\n  {} 4 6', 'failed: Cannot read the script'],
    ['eval range from 0 to 1m step 1m sum(a)\n  {} 4 6 _', 'failed: {} 4@0 6@60 has too few steps'],
    [
      'eval range from 0 to 1m step 1m a{x="1"}\n  expect ordered\n  a{x="1"} 1 2',
      'failed: an order is expected of a range',
    ],
    ['eval instant at 0 1\n  expect fail\n  expect fail', 'failed: Cannot read the script'],
    ['eval instant at 0 1\n  expect info\n  expect no_info\n  1', 'failed: Cannot read the script'],
    [
      'eval instant at 1m a{x="1"}[2m]\n  expect range vector from 0 to 1m step 1m\n  a{x="1"} 1 2',
      'passed: ',
    ],
    ['eval instant at 1m a{x="1"}[2m]\n  a{x="1"} 2', 'failed: got a range vector'],
    [
      'eval instant at 0 a +\n  expect fail msg: x',
      'failed: expected the failure "x", got: 1:4: parse error: unexpected end of input',
    ],
    ['eval instant at 0 1\n  expect warn\n  1', 'failed: expected the warning "anything"'],
    [
      'eval instant at 1m rate(a{x="1"}[2m])\n  expect no_info\n  {x="1"} 0.0166666667',
      'failed: unexpected annotation',
    ],
    ['eval instant at 0 h\n  h {{count:1 sum:2}}', 'skipped: native histograms are not supported'],
    ['eval instant at 0 histogram_sum(h)\n  {} 2', 'skipped: native histograms are not supported'],
    [
      'eval instant at 0 start_timestamp(a)\n  {} 2',
      'skipped: 1:1: parse error: the function start_timestamp is not supported',
    ],
    ['eval instant at x a', 'failed: Cannot read the script: x is no duration'],
    ['evil instant at 0 a', 'failed: Cannot read the script: evil instant at 0 a is no command'],
  ])('%s is told as it went', (text, reason) => {
    expect(reasonOf(text)).toContain(reason)
  })

  test('is read in the dialect that is asked for', () => {
    const text = `${samples}eval instant at 1m count_over_time(a{x="1"}[1m])\n  {x="1"} 2`
    expect(runScript(text, prometheus2)).toMatchObject([{ verdict: 'passed' }])
    expect(runScript(text)).toMatchObject([{ verdict: 'failed' }])
  })
})
