/** Reads `http_headers`: what is sent besides, from the file, as a secret or out of other files. */
import { fields, list, mapping, type Place, refusal, text } from '../config/reader.ts'
import { type Secret, secretFile } from './secret.ts'

export interface HeaderSettings {
  readonly places: readonly Place[]
  read(): Promise<readonly OneHeader[]>
}

export interface OneHeader {
  readonly name: string
  readonly value: string
  readonly isSecret: boolean
}

export const noHeaders: HeaderSettings = { places: [], read: async () => [] }

/** Each changes the connection, is set by us, or can be set in another way. */
const reserved = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'user-agent',
  'www-authenticate',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
])

export function readHeaders(at: Place): HeaderSettings {
  const sources = [...mapping(readSources)(at)].flatMap(([name, found]) => {
    if (reserved.has(name.toLowerCase()))
      throw refusal(at, `setting header "${canonical(name)}" is not allowed`)
    if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name))
      throw refusal(at, `"${name}" in ${at.path} is no name of a header`)
    return found.map((source) => ({ name, ...source }))
  })
  return {
    places: sources.flatMap(({ secret }) => secret.places),
    read: () =>
      Promise.all(
        sources.map(async ({ name, secret, isSecret }) => ({
          name,
          isSecret,
          value: await secret.read(),
        })),
      ),
  }
}

function readSources(at: Place): readonly { secret: Secret; isSecret: boolean }[] {
  const own = fields(at, { known: ['values', 'secrets', 'files'] })
  const inline = (place: Place) => ({ places: [place], read: async () => text(place) })
  const plain = own.optional('values', list(text)) ?? []
  const secrets = own.optional('secrets', list(inline)) ?? []
  const files = own.optional('files', list(text)) ?? []
  return [
    ...plain.map((value) => ({ secret: { places: [], read: async () => value }, isSecret: false })),
    ...secrets.map((secret) => ({ secret, isSecret: true })),
    ...files.map((file) => ({ secret: secretFile(at, file), isSecret: true })),
  ]
}

const canonical = (name: string) =>
  name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
