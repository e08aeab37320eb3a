/** Reads matchers where routes and inhibition rules have them, as they are written now and were. */
import { createMatcher, type Matcher } from '#lib/matcher'
import { classicLabel, isLabelName, readMatchers } from './matchers.ts'
import { explained, list, type Place, refusal, remark, text, textMap } from './reader.ts'

/** `match`, `source_match` and their like: a mapping from name to value. */
export function oldMatchers(at: Place, operator: '=' | '=~'): readonly Matcher[] {
  return [...textMap(at)].map(([name, value]) => {
    if (!classicLabel.test(name)) throw refusal(at, `invalid label name ${JSON.stringify(name)}`)
    return explained(at, () => createMatcher(name, operator, value))
  })
}

/** `matchers` and its like: each entry is one matcher or several in braces. */
export function matcherList(at: Place): readonly Matcher[] {
  return list((entry) => {
    const read = explained(entry, () => readMatchers(text(entry), entry.source.matchers))
    if (read.remark !== undefined) remark(entry, read.remark)
    return read.matchers
  })(at).flat()
}

/** Refuses what is no name of a label in the grammar that holds. */
export function labelName(at: Place, name: string, where: string): void {
  if (!isLabelName(name, at.source.matchers))
    throw refusal(at, `invalid label name ${JSON.stringify(name)} ${where}`)
}
