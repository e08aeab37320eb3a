import { expect, test } from '@jest/globals'
import { parseGroupingKey } from '../grouping-key.ts'
import { createRouter, prefixOf } from './routes.ts'

const plain = { prefix: '', telemetry: '/metrics', hasAdminApi: true }
const routeOf = createRouter(plain)

function keyOf(path: string): Record<string, string> {
  const route = routeOf('PUT', path)
  if (route.to !== 'push') throw new Error(`goes to ${route.to}`)
  return Object.fromEntries(parseGroupingKey(route.key))
}

test.each([
  ['/metrics/job/j', { job: 'j' }],
  ['/metrics/job/j/', { job: 'j' }],
  ['/metrics/job/j?x=1', { job: 'j' }],
  ['/metrics/job/j/b/2/a/1', { a: '1', b: '2', job: 'j' }],
  ['/metrics/job/j/job/k', { job: 'j' }],
  ['/metrics/job/j/a/1/a/2', { job: 'j', a: '2' }],
  ['/metrics/job@base64/dGVzdC9qb2I=', { job: 'test/job' }],
  ['/metrics/job/j/path@base64/L3Zhci90bXA', { job: 'j', path: '/var/tmp' }],
  ['/metrics/job/j/path%40base64/L3Zhci90bXA==', { job: 'j', path: '/var/tmp' }],
  ['/metrics/job/j/instance@base64/=', { job: 'j', instance: '' }],
  ['/metrics/job/j/x/a%20b+c', { job: 'j', x: 'a b+c' }],
  ['/metrics/job/j/x/%CE%A0', { job: 'j', x: 'Π' }],
  ['/metrics/job/j%2Fa/1', { job: 'j', a: '1' }],
])('%p is the group %p', (path, labels) => {
  expect(keyOf(path)).toEqual(labels)
})

test.each([
  ['/metrics/job@base64/=', 'job name is required'],
  ['/metrics/job/j/instance', 'odd number of components in label string "/instance"'],
  ['/metrics/job/j/a/1/', 'odd number of components in label string "/a/1/"'],
  ['/metrics/job/j/__x/1', 'improper label name "__x"'],
  ['/metrics/job/j/0/1', 'improper label name "0"'],
  [
    '/metrics/job/j/l@base64/foo.bar',
    'invalid base64 encoding for label l="foo.bar": illegal base64 data at input byte 3',
  ],
  [
    '/metrics/job@base64/abcde',
    'invalid base64 encoding in job name "": illegal base64 data at input byte 4',
  ],
  ['/metrics/job/j/l@base64/_w', 'value of label "l" is not valid UTF-8'],
])('%p is no group: %s', (path, reason) => {
  expect(() => keyOf(path)).toThrow(reason)
})

test.each([
  ['PUT', '/metrics/job/', { status: 307, headers: { Location: '/metrics/job' } }],
  ['GET', '/metrics/job/', { status: 404 }],
  ['PUT', '/metrics/job', { status: 404, text: '404 page not found\n' }],
  ['PUT', '/metrics/nothing', { status: 404 }],
  ['PUT', '/metrics/job/a//b?x=1', { status: 301, headers: { Location: '/metrics/job/a/b?x=1' } }],
  [
    'PUT',
    '/metrics/job/j/p/%2Fvar%20x',
    { status: 301, headers: { Location: '/metrics/job/j/p/var%20x' } },
  ],
  ['PUT', '/metrics/job/j/../k', { status: 301, headers: { Location: '/metrics/job/k' } }],
  ['GET', '//metrics', { status: 301, headers: { Location: '/metrics' } }],
  ['GET', '/metrics/', { status: 301, headers: { Location: '/metrics' } }],
  ['PUT', '/metrics/job/j%zz', { status: 400 }],
  ['PUT', '/metrics', { status: 405, headers: { Allow: 'GET, OPTIONS' } }],
  ['HEAD', '/metrics', { status: 405 }],
  ['GET', '/metrics/job/j', { status: 405, headers: { Allow: 'DELETE, OPTIONS, POST, PUT' } }],
  ['PATCH', '/metrics/job/j', { status: 405, text: 'Method Not Allowed\n' }],
  ['OPTIONS', '/metrics/job/j', { status: 200, headers: { Allow: 'DELETE, OPTIONS, POST, PUT' } }],
  ['POST', '/-/ready', { status: 405 }],
  ['PUT', '/api/v1/metrics', { status: 405 }],
  ['GET', '/api/v1/nothing', { status: 404 }],
])('%s %s is answered at once: %p', (method, path, answer) => {
  expect(routeOf(method, path)).toMatchObject({ to: 'answer', answer })
})

test.each([
  ['GET', '/nothing', { status: 404, text: '404 page not found\n' }],
  ['GET', '/metricsx', { status: 404 }],
  ['GET', '/api/v2/alerts', { status: 404 }],
  ['GET', '/%zz', { status: 400 }],
  ['GET', '/status/', { status: 301, headers: { Location: '/status' } }],
  ['GET', '/api/v1', { status: 301, headers: { Location: '/api/v1/' } }],
  ['DELETE', '/-/quit', { status: 405, headers: { Allow: 'GET, OPTIONS, POST, PUT' } }],
  ['POST', '/api/v1/admin/wipe', { status: 405, headers: { Allow: 'OPTIONS, PUT' } }],
])('%s %s is answered as the original does: %p', (method, path, answer) => {
  expect(routeOf(method, path)).toMatchObject({ to: 'answer', answer })
})

test('a page of another origin may ask what it may read, and is not told that it may change', () => {
  expect(routeOf('OPTIONS', '/api/v1/metrics')).toEqual({ to: 'api/v1/options' })
  expect(routeOf('OPTIONS', '/api/v1/admin/wipe')).toMatchObject({ to: 'answer' })
})

test('without the admin API there is no such path', () => {
  const shut = createRouter({ ...plain, hasAdminApi: false })
  expect(shut('PUT', '/api/v1/admin/wipe')).toMatchObject({ answer: { status: 404 } })
  expect(shut('POST', '/api/v1/admin/wipe')).toMatchObject({ answer: { status: 404 } })
})

test('below a prefix everything is where it was, and nothing is beside it', () => {
  const prefixed = createRouter({ ...plain, prefix: '/pre', telemetry: '/m' })
  expect(prefixed('GET', '/pre/m')).toMatchObject({ to: 'metrics' })
  expect(prefixed('PUT', '/pre/metrics/job/x/a/1')).toMatchObject({
    to: 'push',
    key: { job: 'x', rest: '/a/1' },
  })
  expect(prefixed('GET', '/pre/api/v1/status')).toMatchObject({ to: 'api/v1/status' })
  for (const path of ['/', '/m', '/pre/metrics', '/-/ready', '/api/v1/status', '/prefix/m'])
    expect(prefixed('GET', path)).toMatchObject({ answer: { status: 404 } })
  expect(prefixed('PUT', '/metrics/job/x')).toMatchObject({ answer: { status: 404 } })
})

test('redirects keep the prefix and the query', () => {
  const prefixed = createRouter({ ...plain, prefix: '/pre', telemetry: '/m' })
  const target = (method: string, path: string) => {
    const route = prefixed(method, path)
    return route.to === 'answer' ? route.answer.headers?.['Location'] : undefined
  }
  expect(target('GET', '/pre?x=1')).toBe('/pre/?x=1')
  expect(target('GET', '/pre/m/')).toBe('/pre/m')
  expect(target('PUT', '/pre/metrics/job/')).toBe('/pre/metrics/job')
  expect(target('PUT', '/pre//metrics/job/x?y=2')).toBe('/pre/metrics/job/x?y=2')
})

test.each([
  [{ routePrefix: '', externalUrl: '' }, ''],
  [{ routePrefix: '', externalUrl: 'http://x.example' }, ''],
  [{ routePrefix: '', externalUrl: 'http://x.example/pre/' }, '/pre'],
  [{ routePrefix: '', externalUrl: 'http://x.example/a/b?c=d' }, '/a/b'],
  [{ routePrefix: '/', externalUrl: 'http://x.example/pre' }, ''],
  [{ routePrefix: 'own', externalUrl: 'http://x.example/pre' }, '/own'],
])('%p gives the prefix %p', (settings, prefix) => {
  expect(prefixOf(settings)).toBe(prefix)
})

test('every route but an answer says what its caller must be allowed to do', () => {
  const needs = (method: string, path: string) => routeOf(method, path).needs
  expect(needs('PUT', '/metrics/job/j')).toBe('push')
  expect(needs('DELETE', '/metrics/job/j')).toBe('push')
  expect(needs('GET', '/metrics')).toBe('read')
  expect(needs('PUT', '/-/quit')).toBe('admin')
  expect(needs('PUT', '/api/v1/admin/wipe')).toBe('admin')
  expect(needs('GET', '/-/ready')).toBe('health')
})
