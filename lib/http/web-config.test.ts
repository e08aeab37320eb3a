import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readTlsContext } from '#lib/http/tls-context'
import { cipherNames, curves } from '#lib/http/tls-names'
import { readWebConfig } from '#lib/http/web-config'
import { client, server } from './fake/certificates.ts'

const folder = mkdtempSync(join(tmpdir(), 'web-config-'))
let count = 0

function fileWith(content: string): string {
  const path = join(folder, `${++count}.yml`)
  writeFileSync(path, content)
  return path
}

const read = (content: string) => readWebConfig(fileWith(content))

const tls = (more: readonly string[] = []) =>
  [
    'tls_server_config:',
    '  cert_file: server.crt',
    '  key_file: keys/server.key',
    ...more.map((line) => `  ${line}`),
    '',
  ].join('\n')

const hash = '$2y$10$n6ZX8mtRVn1kaP5wQTmKqeCnk6dr0lhPjSuY6d98XWP0XESoBaR6O'

test('an empty file turns nothing on', () => {
  expect(read('').value).toMatchObject({ tls: undefined, headers: [], users: new Map() })
})

test('files are looked for beside the file that names them, and are watched with it', () => {
  const { value, files } = read(tls())
  const [cert, key] = [join(folder, 'server.crt'), join(folder, 'keys/server.key')]
  expect(value.tls).toMatchObject({ cert_file: cert, key_file: key })
  expect(files.slice(1)).toEqual([cert, key])
})

test('what is not said is as in the original', () => {
  expect(read(tls()).value).toMatchObject({
    http2: true,
    tls: { min_version: 'TLS12', max_version: 'TLS13', client_auth_type: 'NoClientCert' },
    rateLimit: { intervalMs: 0, burst: 0 },
  })
})

test('durations of the limit are read as Go reads them', () => {
  const { rateLimit } = read('rate_limit: { interval: 1.5s, burst: 3 }').value
  expect(rateLimit).toEqual({ intervalMs: 1500, burst: 3 })
})

test.each([
  ['tls_config: {}', 'Unrecognized key: "tls_config"'],
  [tls(['certfile: x']), 'tls_server_config: Unrecognized key: "certfile"'],
  ['tls_server_config:\n  key_file: x\n', 'cert or cert_file is missing'],
  ['tls_server_config:\n  cert_file: x\n', 'key or key_file is missing'],
  ['tls_server_config:\n  client_auth_type: RequestClientCert\n', 'cert or cert_file is missing'],
  [tls(['client_auth_type: Sometimes']), 'tls_server_config.client_auth_type'],
  [tls(['client_ca_file: x']), 'client_ca needs a client_auth_type'],
  [
    tls(['client_auth_type: RequestClientCert', 'client_allowed_sans: [a]']),
    'client_allowed_sans needs client_auth_type RequireAnyClientCert',
  ],
  [tls(['min_version: TLS14']), 'tls_server_config.min_version'],
  [tls(['min_version: TLS13', 'max_version: TLS12']), 'min_version is above max_version'],
  [tls(['cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]']), 'tls_server_config.cipher_suites.0'],
  [tls(['cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]']), 'that http2 needs'],
  [tls(['curve_preferences: [CurveP1]']), 'tls_server_config.curve_preferences.0'],
  ['http_server_config:\n  headers:\n    Server: x\n', 'Unrecognized key: "Server"'],
  ['http_server_config:\n  headers:\n    X-Frame-Options: maybe\n', 'X-Frame-Options'],
  [
    'http_server_config:\n  headers:\n    X-Content-Type-Options: sniff\n',
    'X-Content-Type-Options',
  ],
  ['basic_auth_users:\n  alice: secret\n', 'basic_auth_users.alice: expected a bcrypt hash'],
  [`basic_auth_users:\n  alice: ${hash.slice(0, -1)}\n`, 'expected a bcrypt hash'],
  ['rate_limit: { interval: soon }', 'expected a duration such as 10ms, found "soon"'],
  ['tls_server_config: [\n', 'Flow sequence in block collection'],
])('%j is refused: %s', (content, reason) => {
  const path = fileWith(content)
  expect(() => readWebConfig(path)).toThrow(`Cannot use web configuration file ${path}: `)
  expect(() => readWebConfig(path)).toThrow(reason)
})

test('a file that is not there is named', () => {
  expect(() => readWebConfig('/does/not/exist.yml')).toThrow('/does/not/exist.yml')
})

const pem = (text: string) => JSON.stringify(text)
const pair = (cert: string, key: string, more = '') =>
  `tls_server_config:\n  cert: ${pem(cert)}\n  key: ${pem(key)}\n${more}`

function contextOf(content: string) {
  const path = fileWith(content)
  const { tls: config } = readWebConfig(path).value
  if (config === undefined) throw new Error('no TLS')
  return readTlsContext(config, path)
}

test('a key of another certificate is refused when the file is read', () => {
  expect(() => contextOf(pair(server.cert, client.key))).toThrow('tls_server_config: ')
  expect(() => contextOf(tls())).toThrow('ENOENT')
})

test('OpenSSL knows every cipher and every curve that may be named', () => {
  for (const name of cipherNames)
    contextOf(pair(server.cert, server.key, `  cipher_suites: [${name}]\n  min_version: TLS13\n`))
  for (const name of Object.keys(curves))
    contextOf(pair(server.cert, server.key, `  curve_preferences: [${name}]\n`))
})

test('ciphers of TLS 1.2 are restricted as named, and those of TLS 1.3 stay all on', () => {
  const named = '  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n'
  expect(contextOf(pair(server.cert, server.key, named)).ciphers?.split(':')).toEqual([
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
  ])
  expect(contextOf(pair(server.cert, server.key)).ciphers).toBeUndefined()
})
