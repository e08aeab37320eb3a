/** How a target lets us in: what a request says of us, and the certificates of both sides. */
import { readFile } from 'node:fs/promises'
import { type TlsVersion, tlsVersions } from '#lib/http/tls-names'

/** A text, or the file that holds it: that is read each time, for secrets change. */
export type Secret = { readonly text: string } | { readonly file: string }

export type Login =
  | { readonly kind: 'basic'; readonly user: Secret; readonly password: Secret }
  | { readonly kind: 'scheme'; readonly scheme: string; readonly credentials: Secret }

export interface Access {
  readonly login: Login | undefined
  readonly headers: readonly (readonly [name: string, values: readonly Secret[]])[]
  readonly tls: TlsAccess
  readonly followsRedirects: boolean
}

export interface TlsAccess {
  readonly authority: Secret | undefined
  readonly certificate: Secret | undefined
  readonly key: Secret | undefined
  readonly serverName: string | undefined
  /** Whether anybody may pretend to be the target. */
  readonly trustsAnybody: boolean
  readonly minVersion: TlsVersion | undefined
  readonly maxVersion: TlsVersion | undefined
}

export const openAccess: Access = Object.freeze({
  login: undefined,
  headers: [],
  tls: Object.freeze({
    ...{ authority: undefined, certificate: undefined, key: undefined, serverName: undefined },
    ...{ trustsAnybody: false, minVersion: undefined, maxVersion: undefined },
  }),
  followsRedirects: true,
})

export async function headersOf({ login, headers }: Access): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const [name, values] of headers) found[name] = await Promise.all(values.map(read))
  if (login !== undefined) found['Authorization'] = [await authorization(login)]
  return found
}

async function authorization(login: Login): Promise<string> {
  if (login.kind === 'scheme') return `${login.scheme} ${await read(login.credentials)}`
  const pair = `${await read(login.user)}:${await read(login.password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

/** As Node's TLS takes them. */
export async function tlsOptionsOf(tls: TlsAccess) {
  const { authority, certificate, key, serverName, minVersion, maxVersion } = tls
  return {
    rejectUnauthorized: !tls.trustsAnybody,
    ...(authority !== undefined && { ca: await read(authority) }),
    ...(certificate !== undefined && { cert: await read(certificate) }),
    ...(key !== undefined && { key: await read(key) }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(minVersion !== undefined && { minVersion: tlsVersions[minVersion] }),
    ...(maxVersion !== undefined && { maxVersion: tlsVersions[maxVersion] }),
  }
}

async function read(secret: Secret): Promise<string> {
  return 'text' in secret ? secret.text : (await readFile(secret.file, 'utf8')).trim()
}
