import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { expressions, newerExpressions } from './peer-expressions.conformance.ts'
import { signatures } from './signatures.ts'

const folder = path.join(import.meta.dirname, 'promqltest/cases')
const cases = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'))

test('every function is called beside Prometheus, or in a case of ours', () => {
  const calls = [...expressions, ...newerExpressions, ...cases].join('\n')
  const uncalled = [...signatures.keys()].filter((name) => !calls.includes(`${name}(`))
  expect(uncalled).toEqual([])
})
