/** TLS in the words of Go's servers, as OpenSSL calls the same things. */

export const tlsVersions = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
} as const

export type TlsVersion = keyof typeof tlsVersions

export const curves = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
} as const

/** Of TLS 1.3: always all on, as in Go. */
const newCiphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
] as const

/** Of TLS 1.2 and before. */
const oldCiphers = {
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
} as const

/** HTTP/2 over TLS 1.2 needs one of these (RFC 9113, 9.2.2). */
export const http2Ciphers: ReadonlySet<string> = new Set([
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
])

type NewCipher = (typeof newCiphers)[number]
type OldCipher = keyof typeof oldCiphers

export const cipherNames: readonly (NewCipher | OldCipher)[] = [
  ...newCiphers,
  // The keys are as the type says: the object is a constant.
  ...(Object.keys(oldCiphers) as OldCipher[]),
]

/** What OpenSSL is told; undefined leaves its own choice. */
export function cipherList(names: readonly (NewCipher | OldCipher)[]): string | undefined {
  const old = names.filter((name): name is OldCipher => name in oldCiphers)
  if (old.length === 0) return undefined
  return [...newCiphers, ...old.map((name) => oldCiphers[name])].join(':')
}
