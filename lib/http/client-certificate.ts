/** What a client's certificate must be, and the names that a verified one bears. */
import type { TLSSocket } from 'node:tls'
import type { TlsConfig } from './web-config.ts'

/** Why a connection is not taken; undefined: it is. */
export function refusalOf(
  socket: TLSSocket,
  { client_auth_type: auth, client_allowed_sans: allowed }: TlsConfig,
): string | undefined {
  if (auth === 'NoClientCert' || auth === 'RequestClientCert') return undefined
  const isShown = socket.getPeerX509Certificate() !== undefined
  const mustShow = auth !== 'VerifyClientCertIfGiven'
  if (!isShown) return mustShow ? 'the client shows no certificate' : undefined
  if (auth !== 'RequireAnyClientCert' && !socket.authorized)
    return `the certificate of the client is not valid: ${String(socket.authorizationError)}`
  if (allowed !== undefined && !subjectAltNames(socket).some((name) => allowed.includes(name)))
    return 'the certificate of the client has none of client_allowed_sans'
  return undefined
}

/** The common name, then the alternative names, of a certificate that a known authority signed. */
export function verifiedNames(socket: TLSSocket): readonly string[] {
  if (!socket.authorized) return []
  const commonName = socket.getPeerCertificate().subject?.CN
  const first = typeof commonName === 'string' ? [commonName] : commonName
  return [...new Set([...(first ?? []), ...subjectAltNames(socket)])]
}

/** `DNS:a, IP Address:1.2.3.4, URI:"x, y"`: a name with a comma or a quote is written as JSON. */
function subjectAltNames(socket: TLSSocket): readonly string[] {
  const text = socket.getPeerX509Certificate()?.subjectAltName ?? ''
  const entries = text.matchAll(/(?:^|, )(DNS|IP Address|email|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g)
  return [...entries].map(([, , name = '']) => (name.startsWith('"') ? JSON.parse(name) : name))
}
