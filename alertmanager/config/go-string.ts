/** Text as Go reads it: what is space, and what stands between quotes with its escapes undone. */

/** For a class of a regex with the flag u. */
export const goSpace =
  '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
}

const piece = new RegExp(
  [
    /\\([abfnrtv\\"])/,
    /\\x([0-9a-fA-F]{2})/,
    /\\([0-7]{3})/,
    /\\u([0-9a-fA-F]{4})/,
    /\\U([0-9a-fA-F]{8})/,
    /([^\\"\n]+)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
)

/** Undefined where Go would refuse it. `\x` and octal escapes are bytes of UTF-8. */
export function unquoteGo(quoted: string): string | undefined {
  const body = quoted.slice(1, -1)
  if (!body.includes('\\')) return body.includes('\n') || !body.isWellFormed() ? undefined : body
  const bytes: Buffer[] = []
  piece.lastIndex = 0
  while (piece.lastIndex < body.length) {
    const found = piece.exec(body)
    const part = found === null ? undefined : bytesOf(found)
    if (part === undefined) return undefined
    bytes.push(part)
  }
  return decoded(Buffer.concat(bytes))
}

function bytesOf([, letter, hex, octal, short, long, plain]: RegExpExecArray): Buffer | undefined {
  if (plain !== undefined) return plain.isWellFormed() ? Buffer.from(plain) : undefined
  if (letter !== undefined) return Buffer.from(escapes[letter] ?? '')
  if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16))
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8)
    return byte > 255 ? undefined : Buffer.of(byte)
  }
  const point = Number.parseInt(short ?? long ?? '', 16)
  const isSurrogate = point >= 0xd800 && point <= 0xdfff
  return point > 0x10ffff || isSurrogate ? undefined : Buffer.from(String.fromCodePoint(point))
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
