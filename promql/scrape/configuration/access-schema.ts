/** The fields of a `scrape_config` that say how its targets let us in. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { type TlsVersion, tlsVersions } from '#lib/http/tls-names'
import type { Access, Login, Secret, TlsAccess } from '../http/access.ts'
import { oneOf, text, texts, truth } from './fields.ts'

// The keys of a constant are those of its type.
const versions = oneOf(Object.keys(tlsVersions) as TlsVersion[])

const basicSchema = z.strictObject({
  username: text.optional(),
  username_file: text.optional(),
  password: text.optional(),
  password_file: text.optional(),
})

const authorizationSchema = z.strictObject({
  type: text.default('Bearer'),
  credentials: text.optional(),
  credentials_file: text.optional(),
})

const tlsSchema = z.strictObject({
  ca: text.optional(),
  ca_file: text.optional(),
  cert: text.optional(),
  cert_file: text.optional(),
  key: text.optional(),
  key_file: text.optional(),
  server_name: text.optional(),
  insecure_skip_verify: truth.default(false),
  min_version: versions.optional(),
  max_version: versions.optional(),
})

const headerSchema = z.strictObject({
  values: texts.default([]),
  secrets: texts.default([]),
  files: texts.default([]),
})

export const accessFields = {
  basic_auth: basicSchema.optional(),
  authorization: authorizationSchema.optional(),
  bearer_token: text.optional(),
  bearer_token_file: text.optional(),
  tls_config: tlsSchema.prefault({}),
  http_headers: z.record(text, headerSchema).default({}),
  follow_redirects: truth.default(true),
  /** HTTP/1.1 is spoken either way. */
  enable_http2: truth.optional(),
}

const accessSchema = z.object(accessFields)

export type AccessFields = z.output<typeof accessSchema>

/** What contradicts itself, if anything does. */
export function accessComplaint(given: AccessFields): string | undefined {
  const { basic_auth: basic, authorization, tls_config: tls } = given
  const logins = [basic, authorization, given.bearer_token ?? given.bearer_token_file]
  if (logins.filter((login) => login !== undefined).length > 1)
    return 'at most one of basic_auth, authorization and bearer_token may be given'
  if (authorization?.type.toLowerCase() === 'basic')
    return 'authorization cannot be of type "basic"; use basic_auth'
  const pairs = [
    ['username', basic?.username, basic?.username_file],
    ['password', basic?.password, basic?.password_file],
    ['credentials', authorization?.credentials, authorization?.credentials_file],
    ['bearer_token', given.bearer_token, given.bearer_token_file],
    ['ca', tls.ca, tls.ca_file],
    ['cert', tls.cert, tls.cert_file],
    ['key', tls.key, tls.key_file],
  ] as const
  const both = pairs.find(([, value, file]) => value !== undefined && file !== undefined)
  if (both !== undefined) return `at most one of ${both[0]} and ${both[0]}_file may be given`
  const hasCertificate = (tls.cert ?? tls.cert_file) !== undefined
  return hasCertificate === ((tls.key ?? tls.key_file) !== undefined)
    ? undefined
    : 'a certificate needs its key, and a key its certificate'
}

/** Files are seen from `folder`. */
export function accessOf(given: AccessFields, folder: string): Access {
  const place = (file: string): Secret => ({ file: resolve(folder, file) })
  const either = (value: string | undefined, file: string | undefined): Secret | undefined => {
    if (value !== undefined) return { text: value }
    return file === undefined ? undefined : place(file)
  }
  const headers = Object.entries(given.http_headers).map(([name, { values, secrets, files }]) => {
    const all = [...[...values, ...secrets].map((value) => ({ text: value })), ...files.map(place)]
    return [name, all] as const
  })
  return {
    login: loginOf(given, either),
    headers,
    tls: tlsOf(given.tls_config, either),
    followsRedirects: given.follow_redirects,
  }
}

type Either = (value: string | undefined, file: string | undefined) => Secret | undefined

const nothing: Secret = { text: '' }

function loginOf(given: AccessFields, either: Either): Login | undefined {
  const { basic_auth: basic, authorization } = given
  if (basic !== undefined)
    return {
      kind: 'basic',
      user: either(basic.username, basic.username_file) ?? nothing,
      password: either(basic.password, basic.password_file) ?? nothing,
    }
  const bearer = either(given.bearer_token, given.bearer_token_file)
  if (bearer !== undefined) return { kind: 'scheme', scheme: 'Bearer', credentials: bearer }
  if (authorization === undefined) return undefined
  const { type: scheme, credentials, credentials_file: file } = authorization
  return { kind: 'scheme', scheme, credentials: either(credentials, file) ?? nothing }
}

function tlsOf(tls: z.output<typeof tlsSchema>, either: Either): TlsAccess {
  return {
    authority: either(tls.ca, tls.ca_file),
    certificate: either(tls.cert, tls.cert_file),
    key: either(tls.key, tls.key_file),
    serverName: tls.server_name,
    trustsAnybody: tls.insecure_skip_verify,
    minVersion: tls.min_version,
    maxVersion: tls.max_version,
  }
}
