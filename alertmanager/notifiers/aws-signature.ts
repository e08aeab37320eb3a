/** AWS Signature Version 4: who sends a request, and that nobody changed it. */
import { createHash, createHmac } from 'node:crypto'

export interface AwsKeys {
  readonly accessKey: string
  readonly secretKey: string
  /** Beside keys that were lent for a while. */
  readonly sessionToken?: string
}

export interface AwsRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Signer {
  readonly keys: AwsKeys
  readonly region: string
  /** `sns`. */
  readonly service: string
  readonly nowMs: number
}

const algorithm = 'AWS4-HMAC-SHA256'

/** The headers of the request, and those that sign them, its address and its body. */
export function signedHeaders(
  request: AwsRequest,
  { keys, region, service, nowMs }: Signer,
): Record<string, string> {
  // 20150830T123600Z
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = time.slice(0, 8)
  const sent = {
    ...request.headers,
    'X-Amz-Date': time,
    ...(keys.sessionToken !== undefined && { 'X-Amz-Security-Token': keys.sessionToken }),
  }
  const { text, names } = canonical(request, sent)
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = [algorithm, time, scope, sha256(text)].join('\n')
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
    (above, part) => hmac(above, part),
    `AWS4${keys.secretKey}`,
  )
  const signature = hmac(key, toSign).toString('hex')
  const credential = `Credential=${keys.accessKey}/${scope}`
  return {
    ...sent,
    Authorization: `${algorithm} ${credential}, SignedHeaders=${names}, Signature=${signature}`,
  }
}

/** The one form of a request that both sides sign. */
function canonical({ method, url, body }: AwsRequest, headers: Readonly<Record<string, string>>) {
  const { host, pathname, searchParams } = new URL(url)
  const query = [...searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort(byBytes)
    .join('&')
  const lines = Object.entries({ ...headers, host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, ' ')] as const)
    .sort(([a], [b]) => byBytes(a, b))
  const names = lines.map(([name]) => name).join(';')
  const path = pathname.split('/').map(encoded).join('/')
  const text = [
    method,
    path,
    query,
    ...lines.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(body),
  ].join('\n')
  return { text, names }
}

const byBytes = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Everything but letters, digits and `-_.~`, as RFC 3986 says. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()
