/** Asks a management controller over Redfish: JSON by HTTPS, with a user and a password. */
import { X509Certificate } from 'node:crypto'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { formatDuration } from '#lib/duration'
import { type Json, parseJson } from '../smart/json.ts'

export interface RedfishAccess {
  /** `https://bmc.example` */
  readonly url: string
  readonly user: string
  readonly password: string
  /**
   * PEM of the authority that signed the controller's certificate, or of that certificate itself:
   * then the name in it does not matter, since most controllers have one of their factory.
   */
  readonly certificate?: string | undefined
}

export interface RedfishClient {
  /** The resource at a path such as `/redfish/v1/Chassis`. Throws where there is none. */
  get(path: string, signal: AbortSignal): Promise<Json>
}

const bodyBytesMax = 4 * 1024 * 1024
/** Controllers take their time: some seconds for a page of sensors. */
const answerMs = 15_000

export function createRedfishClient(access: RedfishAccess, clock: Clock): RedfishClient {
  // Not imported: TLS takes 4 MB, also of an agent that has no controller to ask.
  const { Agent, request } = process.getBuiltinModule('node:https')
  const { checkServerIdentity } = process.getBuiltinModule('node:tls')
  const { url, user, password, certificate } = access
  const pinned = certificate === undefined ? undefined : new X509Certificate(certificate).raw
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    ...(certificate === undefined ? {} : { ca: certificate, allowPartialTrustChain: true }),
    checkServerIdentity: (host, found) =>
      pinned?.equals(found.raw) ? undefined : checkServerIdentity(host, found),
  })
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const headers = { authorization, accept: 'application/json', 'odata-version': '4.0' }
  return {
    get: (path, signal) =>
      new Promise((resolve, reject) => {
        const refuse = (reason: string) =>
          reject(fault('ANSWER_UNREADABLE', { program: `Redfish at ${url}${path}`, reason }))
        const asked = request(new URL(path, url), { agent, headers, signal }, (answer) => {
          const chunks: Buffer[] = []
          let sizeBytes = 0
          answer.on('data', (chunk: Buffer) => {
            sizeBytes += chunk.length
            if (sizeBytes > bodyBytesMax) asked.destroy(new Error('it is too long'))
            else chunks.push(chunk)
          })
          answer.on('end', () => {
            if (answer.statusCode !== 200) return refuse(`status ${answer.statusCode}`)
            const json = parseJson(Buffer.concat(chunks).toString('utf8'))
            return json === undefined ? refuse('it is not JSON') : resolve(json)
          })
        })
        const timer = clock.after(answerMs, () =>
          asked.destroy(new Error(`no answer within ${formatDuration(answerMs)}`)),
        )
        asked.on('error', (error) => refuse(error.message))
        asked.on('close', () => timer.cancel())
        asked.end()
      }),
  }
}
