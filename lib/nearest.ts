/** What somebody may have meant who wrote a name that is not there. */

/** The known name that shares most with `name`, when that is more than a part of it. */
export function nearest(
  name: string,
  names: readonly string[],
  moreThan = 0.5,
): string | undefined {
  const pairs = (word: string) =>
    new Set([...word].slice(1).map((letter, i) => `${word[i]}${letter}`))
  const own = pairs(name)
  const score = (other: string) => {
    const theirs = pairs(other)
    return (2 * [...own].filter((pair) => theirs.has(pair)).length) / (own.size + theirs.size || 1)
  }
  const best = names
    .map((other) => ({ other, score: score(other) }))
    .sort((a, b) => b.score - a.score)[0]
  return best !== undefined && best.score > moreThan ? best.other : undefined
}
