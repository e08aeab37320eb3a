/** Reads how we log in: `authorization`, `basic_auth` and the older `bearer_token`. */
import { Buffer } from 'node:buffer'
import { type Fields, fields, type Place, refusal, text } from '../config/reader.ts'
import { type Secret, secretFile, secretOf } from './secret.ts'

export interface Login {
  readonly places: readonly Place[]
  read(): Promise<Credentials>
}

export interface Credentials {
  /** The whole value of the header `Authorization`. */
  readonly header: string
  /** What must not be repeated anywhere. */
  readonly secrets: readonly string[]
}

export const loginKeys = [
  'authorization',
  'basic_auth',
  'oauth2',
  'bearer_token',
  'bearer_token_file',
] as const

/** Throws where there is more than one way to log in; `oauth2` is read elsewhere. */
export function readLogin(own: Fields, at: Place): Login | undefined {
  const isGiven = (name: string) => own.optional(name, () => true) ?? false
  const bearer = secretOf(own, at, 'bearer_token')
  if (bearer !== undefined && (isGiven('basic_auth') || isGiven('oauth2')))
    throw refusal(
      at,
      'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
    )
  if (bearer !== undefined && isGiven('authorization'))
    throw refusal(at, 'authorization is not compatible with bearer_token & bearer_token_file')
  if (['basic_auth', 'oauth2', 'authorization'].filter(isGiven).length > 1)
    throw refusal(at, 'at most one of basic_auth, oauth2 & authorization must be configured')
  if (bearer !== undefined) return scheme('Bearer', bearer)
  return own.optional('basic_auth', readBasic) ?? own.optional('authorization', readAuthorization)
}

/** `username:password` as the header has it. */
export function basic(user: string, password: string): Credentials {
  const pair = Buffer.from(`${user}:${password}`).toString('base64')
  return { header: `Basic ${pair}`, secrets: [password, pair] }
}

function readBasic(at: Place): Login {
  const own = fields(at, { known: ['username', 'username_file', 'password', 'password_file'] })
  const user = either(own, at, { section: 'basic_auth', name: 'username' })
  const password = either(own, at, { section: 'basic_auth', name: 'password' })
  return {
    places: password?.places ?? [],
    read: async () => basic((await user?.read()) ?? '', (await password?.read()) ?? ''),
  }
}

function readAuthorization(at: Place): Login {
  const own = fields(at, { known: ['type', 'credentials', 'credentials_file'] })
  const type = own.optional('type', text)?.trim() || 'Bearer'
  const credentials = either(own, at, { section: 'authorization', name: 'credentials' })
  if (type.toLowerCase() === 'basic')
    throw refusal(at, 'authorization type cannot be set to "basic", use "basic_auth" instead')
  return scheme(type, credentials)
}

function scheme(type: string, secret: Secret | undefined): Login {
  return {
    places: secret?.places ?? [],
    async read() {
      const credentials = (await secret?.read()) ?? ''
      return { header: `${type} ${credentials}`, secrets: [credentials] }
    },
  }
}

/** As `secretOf`; the refusal names the section too, as upstream's does. */
export function either(
  own: Fields,
  at: Place,
  { section, name }: { readonly section: string; readonly name: string },
): Secret | undefined {
  const value = own.optional(name, (place) => ({ place, text: text(place) }))
  const file = own.optional(`${name}_file`, text) || undefined
  if (value !== undefined && value.text !== '' && file !== undefined)
    throw refusal(at, `at most one of ${section} ${name} & ${name}_file must be configured`)
  return file === undefined ? secretOf(own, at, name) : secretFile(at, file)
}
