/** Keeps what we logged in with out of what is written down. */

/** `text` without any of `secrets`. */
export function without(text: string, secrets: readonly string[]): string {
  return [...secrets]
    .filter((secret) => secret.length >= shortest)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '<secret>'), text)
}

/** Shorter ones stand in half the words there are, and protect nothing. */
const shortest = 3

/** What of an address can be a key: its login, its query, and long parts of its path. */
export function secretsOf(url: URL): readonly string[] {
  const tail = `${url.pathname}${url.search}`
  return [
    ...(tail.length > 1 ? [`${url.host}${tail}`, tail] : []),
    ...[url.username, url.password].filter((part) => part !== ''),
    ...[...url.searchParams.values()].filter((value) => value.length >= shortestValue),
    ...url.pathname.split('/').filter(looksLikeKey),
  ].flatMap((part) => [part, decoded(part)])
}

const shortestValue = 4

/** `T0123456789` and hashes, not `notifications`. */
const looksLikeKey = (part: string) => part.length >= 10 && /\d/.test(part) && /[a-z]/i.test(part)

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
