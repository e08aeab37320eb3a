import { expect, test } from '@jest/globals'
import { isFromOwnPage } from './own-origin.ts'

const host = 'gate.example:9091'

test.each([
  [{ host, 'sec-fetch-site': 'same-origin' }, true],
  [{ host, 'sec-fetch-site': 'same-site' }, false],
  [{ host, 'sec-fetch-site': 'cross-site' }, false],
  [{ host, 'sec-fetch-site': 'none' }, false],
  [{ host, 'sec-fetch-site': 'cross-site', origin: `http://${host}` }, false],
  [{ host, origin: `http://${host}` }, true],
  [{ host: 'GATE.example:9091', origin: `http://${host}` }, true],
  [{ host, origin: `https://${host}` }, true],
  [{ host, origin: 'http://gate.example' }, false],
  [{ host, origin: 'http://evil.example' }, false],
  [{ host, origin: `http://evil.example/${host}` }, false],
  [{ host, origin: 'null' }, false],
  [{ host }, false],
])('a form with %j is ours: %j', (headers, expected) => {
  expect(isFromOwnPage({ headers }, '')).toBe(expected)
})

test('behind a proxy that changes the host, the external URL says who we are', () => {
  const headers = { host: '10.0.0.1:9091', origin: 'http://gate.example' }
  expect(isFromOwnPage({ headers }, 'http://gate.example/push/')).toBe(true)
  expect(isFromOwnPage({ headers }, 'http://other.example/')).toBe(false)
  expect(isFromOwnPage({ headers }, '/push')).toBe(false)
})
