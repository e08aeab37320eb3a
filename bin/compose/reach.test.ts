import { hostname } from 'node:os'
import { expect, test } from '@jest/globals'
import { reachedAt } from './reach.ts'

test('what listens on one address is reached there, what listens on all by the name of the machine', () => {
  expect(reachedAt('127.0.0.1:9090')).toBe('http://127.0.0.1:9090')
  expect(reachedAt('[::1]:9090')).toBe('http://[::1]:9090')
  for (const all of [':9093', '0.0.0.0:9093', '[::]:9093'])
    expect(reachedAt(all, 'https')).toBe(`https://${hostname()}:9093`)
})

test('of a port that is chosen later, or a socket that is handed over, nothing is guessed', () => {
  expect(reachedAt('127.0.0.1:0')).toBeUndefined()
  expect(reachedAt('fd:3')).toBe(undefined)
})
