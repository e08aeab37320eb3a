import { expect, test } from '@jest/globals'
import { nextHop } from './http-redirect.ts'

const from = {
  url: new URL('https://a.example/x'),
  method: 'POST',
  headers: new Headers({
    Authorization: 'Bearer t',
    'X-Key': 'k',
    'Content-Type': 'application/json',
    'User-Agent': 'u',
  }),
  body: '{"routing_key":"r"}',
}

const hop = (status: number, location: string, more = {}) =>
  nextHop({ ...from, ...more }, { status, headers: new Headers({ Location: location }) })

test.each([307, 308])('%p repeats the request at the same origin', (status) => {
  const next = hop(status, '/y')
  expect(next).toMatchObject({ method: 'POST', body: from.body })
  expect(next?.url.href).toBe('https://a.example/y')
  expect(next?.headers.get('Authorization')).toBe('Bearer t')
})

test.each([301, 302, 303])('%p asks again without the body', (status) => {
  const next = hop(status, 'y')
  expect(next).toMatchObject({ method: 'GET' })
  expect(next).not.toHaveProperty('body')
  expect(next?.headers.get('Content-Type')).toBeNull()
})

test.each([
  'https://b.example/',
  'https://a.example:8443/',
  'http://a.example/',
  '//b.example/',
  'https://a.example.evil.example/',
])('no credential goes to %s', (location) => {
  const next = hop(302, location)
  expect([...(next?.headers ?? [])]).toEqual([['user-agent', 'u']])
  expect(hop(307, location)).toBeUndefined()
})

test.each([
  [200, '/y'],
  [302, ''],
  [302, 'http://'],
  [302, 'file:///etc/passwd'],
  [304, '/y'],
])('%p to %p is no redirect', (status, location) => {
  expect(hop(status, location)).toBeUndefined()
})

test('a login in the new address is not used', () => {
  expect(hop(302, 'https://u:p@b.example/')?.url.href).toBe('https://b.example/')
})
