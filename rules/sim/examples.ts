/** Texts that a matcher holds for: its own, or what a regular expression of rules may mean. */
import type { Matcher } from '#lib/matcher'

export function examplesOf(matcher: Matcher): readonly string[] {
  const { name, operator, value } = matcher
  const texts = operator === '=' ? [value] : operator === '=~' ? spelledOut(value) : []
  return [...new Set(texts)].filter((text) => matcher.matches({ [name]: text }))
}

/** Choices one by one; of what repeats, once. */
function spelledOut(pattern: string): readonly string[] {
  const plain = pattern.replace(/\(\?:/g, '(').replace(/[\^$]/g, '')
  return choicesOf(plain).flatMap((choice) => [written(choice, 'x'), written(choice, '')])
}

/** The alternatives on the outermost level. */
function choicesOf(pattern: string): readonly string[] {
  const choices = ['']
  let depth = 0
  for (const letter of pattern) {
    if (letter === '(') depth++
    if (letter === ')') depth--
    if (letter === '|' && depth === 0) choices.push('')
    else choices.push((choices.pop() ?? '') + letter)
  }
  return choices
}

/** Stands for a dot that means a dot. */
const dot = '\ud800'

function written(choice: string, any: string): string {
  const inner = /^([^(]*)\(([^()]*)\)(.*)$/s.exec(choice)
  if (inner !== null) {
    const [, before = '', group = '', after = ''] = inner
    return written(before + (choicesOf(group)[0] ?? '') + after, any)
  }
  return choice
    .replace(/\[\^?([^\]])[^\]]*\][+*?]?/g, '$1')
    .replace(/\\d[+*?]?/g, '7')
    .replace(/\\\./g, dot)
    .replace(/\\([-/])/g, '$1')
    .replace(/\.\*/g, any)
    .replace(/\.\+/g, 'x')
    .replace(/(.)[?*+]/g, '$1')
    .replace(/\./g, '5')
    .replaceAll(dot, '.')
}
