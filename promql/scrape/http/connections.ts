/** Connections to targets, kept for the next scrape. Other certificates make other connections. */
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { Agent } from '#lib/http/node-http'
import { type TlsAccess, tlsOptionsOf } from './access.ts'

export interface Connections {
  to(url: URL): Promise<HttpAgent | HttpsAgent>
  close(): void
}

/** Longer than the usual interval; servers close theirs when they like. */
const keptMs = 120_000

/** One target is not asked twice at once: the second is for a scrape that was given up. */
const kept = { keepAlive: true, maxFreeSockets: 1, timeout: keptMs }

export function createConnections(tls: TlsAccess): Connections {
  const plain = new Agent(kept)
  let secret: HttpsAgent | undefined
  let secretFor = ''

  const secretAgent = async () => {
    const options = await tlsOptionsOf(tls)
    const look = JSON.stringify(options)
    if (secret !== undefined && look === secretFor) return secret
    secret?.destroy()
    // Loaded where somebody needs it: it is not small.
    const { Agent: SecretAgent } = process.getBuiltinModule('node:https')
    secret = new SecretAgent({ ...kept, ...options })
    secretFor = look
    return secret
  }
  return {
    to: async ({ protocol }) => (protocol === 'https:' ? await secretAgent() : plain),
    close() {
      plain.destroy()
      secret?.destroy()
    },
  }
}
