import { expect, test } from '@jest/globals'
import { globalDefaults, readGlobal } from '../config/global.ts'
import { fields, masked, openYaml } from '../config/reader.ts'
import { attempt, type HttpAnswer, outcomeOf, readHttp } from './http-client.ts'
import { silentWorld } from './notifier.conformance.ts'

const answer = (status: number, headers: Record<string, string> = {}, text = ''): HttpAnswer => ({
  status,
  headers: new Headers(headers),
  text,
})

const never = new AbortController().signal

function open(yaml: string, respond: (request: Request) => Response) {
  const requests: Request[] = []
  const own = fields(openYaml(`http_config: {${yaml}}`, 'entry.yml'), { known: ['http_config'] })
  const fetchOver: typeof fetch = async (input, { dispatcher: _, ...init } = {}) => {
    const request = new Request(input, init)
    requests.push(request)
    return respond(request)
  }
  const client = readHttp(own, globalDefaults).open({ ...silentWorld(), fetch: fetchOver })
  const send = (url = 'http://h/path', more = {}) =>
    client.send({ url, body: '{}', ...more }, never)
  return { send, requests }
}

const ok = () => new Response('ok')

test.each([
  [200, {}, { kind: 'delivered' }],
  [204, {}, { kind: 'delivered' }],
  [302, {}, { kind: 'failed', passing: false }],
  [308, { Location: 'https://other/x?k=1' }, { reason: expect.stringMatching(/https:..other$/) }],
  [400, { 'Retry-After': '9' }, { kind: 'failed', passing: false }],
  [404, {}, { kind: 'failed', passing: false, reason: 'unexpected status code 404' }],
  [408, {}, { kind: 'failed', passing: true }],
  [425, {}, { kind: 'failed', passing: true }],
  [429, { 'Retry-After': '9' }, { kind: 'failed', passing: true, retryAfterMs: 9000 }],
  [429, { 'Retry-After': 'soon' }, { kind: 'failed', passing: true }],
  [500, {}, { kind: 'failed', passing: true }],
  [503, { 'Retry-After': '0' }, { kind: 'failed', passing: true, retryAfterMs: 0 }],
  [
    503,
    {
      'Retry-After': 'Fri, 02 Jan 2026 03:05:30 GMT',
      Date: 'Fri, 02 Jan 2026 03:05:00 GMT',
    },
    { kind: 'failed', passing: true, retryAfterMs: 30_000 },
  ],
])('status %p with %j', (status, headers, expected) => {
  expect(outcomeOf(answer(status, headers))).toMatchObject(expected)
})

test('a pause that is no time is none', () => {
  expect(outcomeOf(answer(429, { 'Retry-After': 'soon' }))).not.toHaveProperty('retryAfterMs')
})

test('what the far side says is one line, of bounded length, without what we sent', () => {
  const said = { ...answer(400), secrets: ['hunter2'] }
  const explain = () => `hunter2\n  and ${'swordfish '.repeat(100)}`
  const outcome = outcomeOf(said, { explain, secrets: ['swordfish'] })
  if (outcome.kind !== 'failed') throw new Error('400 is no success')
  expect(outcome.reason).toMatch(/^unexpected status code 400: <secret> and <secret> <secret>/)
  expect(outcome.reason.length).toBeLessThan(600)
})

test.each([
  ['', null],
  ['basic_auth: { username: u, password: p }', 'Basic dTpw'],
  ['basic_auth: { username: ü, password: "" }', `Basic ${btoa('\u00c3\u00bc:')}`],
  ['authorization: { credentials: t }', 'Bearer t'],
  ['authorization: { type: " Token ", credentials: t }', 'Token t'],
  ['bearer_token: t', 'Bearer t'],
])('the login %j is sent as %j', async (yaml, expected) => {
  const { send, requests } = open(yaml, ok)
  await send()
  expect(requests[0]?.headers.get('Authorization')).toBe(expected)
})

test('the login of the address itself comes first, and the address is sent without it', async () => {
  const { send, requests } = open('bearer_token: t', ok)
  await send('http://me:s%40fe@h/path')
  expect(requests[0]?.headers.get('Authorization')).toBe(`Basic ${btoa('me:s@fe')}`)
  expect(requests[0]?.url).toBe('http://h/path')
})

test('a header of the notifier is not overwritten by the login', async () => {
  const { send, requests } = open('bearer_token: t', ok)
  await send('http://h/', { headers: { Authorization: 'GenieKey k' } })
  expect(requests[0]?.headers.get('Authorization')).toBe('GenieKey k')
})

test('further headers are sent, all values of each', async () => {
  const { send, requests } = open('http_headers: { X-A: { values: [a, b], secrets: [c] } }', ok)
  const { secrets } = await send()
  expect(requests[0]?.headers.get('X-A')).toBe('a, b, c')
  expect(secrets).toContain('c')
  expect(secrets).not.toContain('a')
})

test('a header value that cannot be sent is not named, and fails for good', async () => {
  const { send } = open('http_headers: { X-A: { secrets: ["hunter2\\nX-B: 1"] } }', ok)
  const outcome = await attempt(async () => outcomeOf(await send()))
  expect(outcome).toMatchObject({ kind: 'failed', passing: false })
  expect(JSON.stringify(outcome)).not.toContain('hunter2')
})

test('global.http_config is for entries without one, and not mixed into one', async () => {
  const seen: (string | null)[] = []
  const fetchOver: typeof fetch = async (_, init) => {
    seen.push(new Headers(init?.headers).get('Authorization'))
    return ok()
  }
  const at = openYaml('{ http_config: { bearer_token: shared } }', 'am.yml')
  const global = readGlobal(at, [])
  for (const yaml of ['{}', 'http_config: { follow_redirects: false }']) {
    const own = fields(openYaml(yaml, 'entry.yml'), { known: ['http_config'] })
    const http = readHttp(own, global)
    expect(http.secrets).toEqual([]) // `global` masks its own.
    await http.open({ ...silentWorld(), fetch: fetchOver }).send({ url: 'http://h/' }, never)
  }
  expect(seen).toEqual(['Bearer shared', null])
  expect(masked('{ http_config: { bearer_token: shared } }', global.secrets)).toContain('<secret>')
})

const reads = (yaml: string) => () =>
  readHttp(fields(openYaml(yaml, 'entry.yml'), { known: ['http_config'] }), globalDefaults)

test.each([
  [
    'bearer_token: a, bearer_token_file: b',
    'at most one of bearer_token & bearer_token_file must be configured',
  ],
  [
    'basic_auth: { username: u }, bearer_token: t',
    'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
  ],
  [
    'basic_auth: { username: u, username_file: f }',
    'at most one of basic_auth username & username_file must be configured',
  ],
  [
    'basic_auth: { password: p, password_file: f }',
    'at most one of basic_auth password & password_file must be configured',
  ],
  [
    'authorization: { credentials: c }, bearer_token_file: f',
    'authorization is not compatible with bearer_token & bearer_token_file',
  ],
  [
    'authorization: { credentials: c, credentials_file: f }',
    'at most one of authorization credentials & credentials_file must be configured',
  ],
  [
    'authorization: { type: BASIC }',
    'authorization type cannot be set to "basic", use "basic_auth" instead',
  ],
  [
    'authorization: {}, basic_auth: {}',
    'at most one of basic_auth, oauth2 & authorization must be configured',
  ],
  ['oauth2: { token_url: "http://t" }', 'oauth2 client_id must be configured'],
  ['oauth2: { client_id: c }', 'oauth2 token_url must be configured'],
  [
    'oauth2: { client_id: c, token_url: "http://t", client_secret: s, client_secret_file: f }',
    'at most one of oauth2 client_secret & client_secret_file must be configured',
  ],
  [
    'proxy_connect_header: { A: [b] }',
    'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured',
  ],
  [
    'proxy_from_environment: true, proxy_url: "http://p"',
    'if proxy_from_environment is configured, proxy_url must not be configured',
  ],
  [
    'proxy_from_environment: true, no_proxy: h',
    'if proxy_from_environment is configured, no_proxy must not be configured',
  ],
  ['no_proxy: h', 'if no_proxy is configured, proxy_url must also be configured'],
  ['http_headers: { authorization: { values: [a] } }', 'header "Authorization" is not allowed'],
  ['tls_config: { ca: a, ca_file: b }', 'at most one of ca & ca_file must be configured'],
  [
    'tls_config: { cert: c }',
    'exactly one of key or key_file must be configured when a client certificate is configured',
  ],
  [
    'tls_config: { key_file: k }',
    'exactly one of cert or cert_file must be configured when a client key is configured',
  ],
  ['tls_config: { min_version: SSL30 }', 'unknown TLS version: SSL30'],
  [
    'tls_config: { min_version: TLS13, max_version: TLS12 }',
    'tls_config.max_version must be greater than or equal to tls_config.min_version',
  ],
])('%s is refused', (yaml, says) => {
  expect(reads(`http_config: {${yaml}}`)).toThrow(says)
})

test.each([
  'enable_http2: false, follow_redirects: false',
  'bearer_token: "", basic_auth: { username: u, password_file: /nowhere }',
  'tls_config: { insecure_skip_verify: true, min_version: TLS12, max_version: TLS13 }',
  'proxy_from_environment: true, proxy_connect_header: { A: [b, c] }',
  'proxy_url: "socks5://p:1080", no_proxy: "h,10.0.0.0/8"',
  'http_headers: { X-A: { values: [a], secrets: [b], files: [/nowhere] } }',
])('%s is taken', (yaml) => {
  expect(reads(`http_config: {${yaml}}`)).not.toThrow()
})
