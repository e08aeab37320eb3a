/**
 * Who owns an id: rendezvous (highest random weight) hashing, Thaler and Ravishankar 1996.
 * Every member computes the same answer from the same list; a lost member moves only its own ids.
 */

/** The owner of `id` among `members`, or undefined when there is none. */
export function ownerOf(id: string, members: readonly string[]): string | undefined {
  return rank(id, members)[0]
}

/** All members, best first; the second takes over when the first is gone. */
export function rank(id: string, members: readonly string[]): readonly string[] {
  return members
    .map((member) => ({ member, score: hash64(`${member}\u0000${id}`) }))
    .sort((a, b) =>
      a.score === b.score ? (a.member < b.member ? -1 : 1) : a.score > b.score ? -1 : 1,
    )
    .map(({ member }) => member)
}

/**
 * FNV-1a over UTF-16 units, then the finalizer of MurmurHash3 so that near inputs lie far apart.
 */
export function hash64(text: string): bigint {
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n)
  }
  hash = BigInt.asUintN(64, (hash ^ (hash >> 33n)) * 0xff51afd7ed558ccdn)
  hash = BigInt.asUintN(64, (hash ^ (hash >> 33n)) * 0xc4ceb9fe1a85ec53n)
  return hash ^ (hash >> 33n)
}
