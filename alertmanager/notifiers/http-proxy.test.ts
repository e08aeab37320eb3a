import { expect, test } from '@jest/globals'
import { fields, openYaml } from '../config/reader.ts'
import { isExempt, proxyKeys, readProxy } from './http-proxy.ts'

const proxyOf = (yaml: string, url: string, environment = {}) => {
  const at = openYaml(yaml, 'am.yml')
  const own = fields(at, { known: proxyKeys })
  return readProxy(own, at).proxyFor(new URL(url), environment)?.href
}

test.each([
  ['http://h/', '*', true],
  ['http://h.example/', 'example', true],
  ['http://example/', 'example', true],
  ['http://notexample/', 'example', false],
  ['http://example/', '.example', false],
  ['http://h.example/', '.example', true],
  ['http://h.example/', '*.example', true],
  ['http://h.example:81/', 'h.example:80', false],
  ['http://h.example/', 'h.example:80', true],
  ['https://h.example/', ' other , H.Example:443 ', true],
  ['http://10.1.2.3/', '10.0.0.0/8', true],
  ['http://11.1.2.3/', '10.0.0.0/8', false],
  ['http://10.1.2.3/', '10.1.2.3', true],
  ['http://10.1.2.3:81/', '10.1.2.3:80', false],
  ['http://[fd00::1]/', 'fd00::/8', true],
  ['http://[fd00::1]/', 'fd00::1', true],
  ['http://[fd00::1]:81/', '[fd00::1]:81', true],
  ['http://10.1.2.3/', '3', false],
  ['http://10.1.2.3/', '10.0.0.0/99', false],
  ['http://localhost/', '', true],
  ['http://127.8.0.1/', '', true],
  ['http://[::1]/', '', true],
  ['http://h/', '', false],
  ['http://h/', ',,', false],
])('%s is exempt from a proxy by %p: %p', (url, list, expected) => {
  expect(isExempt(new URL(url), list)).toBe(expected)
})

test('a proxy_url is for everything, this machine too, unless no_proxy says otherwise', () => {
  expect(proxyOf('proxy_url: http://p:1/', 'http://localhost/')).toBe('http://p:1/')
  expect(proxyOf('{proxy_url: "http://p:1/", no_proxy: x}', 'http://localhost/')).toBeUndefined()
  expect(proxyOf('{proxy_url: "http://p:1/", no_proxy: x}', 'http://y/')).toBe('http://p:1/')
})

test('the environment names a proxy for each scheme', () => {
  const environment = { HTTP_PROXY: 'p:1', https_proxy: 'http://s:2', NO_PROXY: 'quiet' }
  const through = (url: string) => proxyOf('proxy_from_environment: true', url, environment)
  expect(through('http://h/')).toBe('http://p:1/')
  expect(through('https://h/')).toBe('http://s:2/')
  expect(through('https://quiet/')).toBeUndefined()
  expect(through('http://localhost/')).toBeUndefined()
  expect(proxyOf('{}', 'http://h/', environment)).toBeUndefined()
})

test.each(['ftp://p', 'p:3128', '//p'])('the proxy_url %s is refused', (url) => {
  expect(() => proxyOf(`proxy_url: "${url}"`, 'http://h/')).toThrow('unsupported proxy_url')
})
