/** What is sent with every request: the fixed headers, and the proof of who sends. */
import { readFile } from 'node:fs/promises'
import { configFault } from '#lib/config'
import type { ForwardSettings } from './settings.ts'

/** Reads the secret each time, so that it can be changed without a restart. */
export type RequestHeaders = () => Promise<Readonly<Record<string, string>>>

export function createRequestHeaders(settings: ForwardSettings, version: string): RequestHeaders {
  const fixed = {
    'User-Agent': `zstone-pushgateway/${version}`,
    ...Object.fromEntries(settings.header.map(parseHeader)),
    'Content-Type': 'application/x-protobuf',
    'Content-Encoding': 'snappy',
    'X-Prometheus-Remote-Write-Version': '0.1.0',
  }
  const authorization = authorizationOf(settings)
  return async () => {
    const proof = await authorization?.()
    return proof === undefined ? fixed : { ...fixed, Authorization: proof }
  }
}

function parseHeader(header: string): [name: string, value: string] {
  const colon = header.indexOf(':')
  return [header.slice(0, colon), header.slice(colon + 1).trim()]
}

function authorizationOf(settings: ForwardSettings): (() => Promise<string>) | undefined {
  const { basicAuthUsername: user, basicAuthPasswordFile: file, bearerTokenFile } = settings
  if ((user === undefined) !== (file === undefined))
    throw ambiguous('it needs both the user and the file of the password')
  if (bearerTokenFile !== undefined && user !== undefined)
    throw ambiguous('there is a bearer token as well; give one of them')
  if (bearerTokenFile !== undefined) return async () => `Bearer ${await secretIn(bearerTokenFile)}`
  if (file === undefined) return undefined
  return async () => `Basic ${Buffer.from(`${user}:${await secretIn(file)}`).toString('base64')}`
}

const ambiguous = (reason: string) =>
  configFault('CONFIG_INVALID', { where: 'flag --forward.basic-auth-username', reason })

const secretIn = async (path: string) => (await readFile(path, 'utf8')).trim()
