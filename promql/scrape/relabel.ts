/** Relabelling: rules that change labels one after the other, or say that nothing is wanted. */
import { createHash } from 'node:crypto'
import { RE2JS } from 're2js'
import { expand, groupOf } from '../functions/relabel.ts'

export const relabelActions = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const

export type RelabelAction = (typeof relabelActions)[number]

export interface RelabelRule {
  readonly action: RelabelAction
  readonly sourceLabels: readonly string[]
  readonly separator: string
  readonly regex: string
  readonly modulus: number
  readonly targetLabel: string
  readonly replacement: string
}

/** An empty value takes the place of a label that is absent. */
export type MutableLabels = Map<string, string>

/** Changes `labels`; false: they are dropped. */
export type Relabel = (labels: MutableLabels) => boolean

/** Throws a SyntaxError where a regex does not compile. */
export function createRelabel(rules: readonly RelabelRule[]): Relabel {
  const steps = rules.map(stepOf)
  return (labels) => steps.every((step) => step(labels))
}

/** Where somebody names a label by what a regex found. */
export const isTemplate = (text: string) => text.includes('$')

export const isLabelName = (text: string) => /^[a-zA-Z_]\w*$/.test(text)

function stepOf(rule: RelabelRule): Relabel {
  const { action, targetLabel, sourceLabels, separator } = rule
  const regex = compile(rule.regex)
  const valueIn = (labels: MutableLabels) =>
    sourceLabels.map((name) => labels.get(name) ?? '').join(separator)
  const set = (textOf: (value: string) => string) => (labels: MutableLabels) => {
    labels.set(targetLabel, textOf(valueIn(labels)))
    return true
  }
  switch (action) {
    case 'keep':
      return (labels) => regex.matches(valueIn(labels))
    case 'drop':
      return (labels) => !regex.matches(valueIn(labels))
    case 'keepequal':
      return (labels) => (labels.get(targetLabel) ?? '') === valueIn(labels)
    case 'dropequal':
      return (labels) => (labels.get(targetLabel) ?? '') !== valueIn(labels)
    case 'lowercase':
      return set((value) => value.toLowerCase())
    case 'uppercase':
      return set((value) => value.toUpperCase())
    case 'hashmod':
      return set((value) => remainder(value, rule.modulus))
    case 'labelmap':
      return mapNames(regex, rule.replacement)
    case 'labeldrop':
      return keepNames((name) => !regex.matches(name))
    case 'labelkeep':
      return keepNames((name) => regex.matches(name))
    case 'replace':
      return (labels) => replace({ ...rule, compiled: regex }, labels, valueIn(labels))
  }
}

function replace(
  { compiled, targetLabel, replacement }: RelabelRule & { readonly compiled: RE2JS },
  labels: MutableLabels,
  value: string,
): true {
  const matcher = compiled.matcher(value)
  if (!matcher.matches()) return true
  const group = (name: string) => groupOf(compiled, name, (index) => matcher.group(index) ?? '')
  const target = expand(targetLabel, group)
  if (isLabelName(target)) labels.set(target, expand(replacement, group))
  return true
}

function mapNames(regex: RE2JS, replacement: string): Relabel {
  return (labels) => {
    for (const [name, value] of [...labels]) {
      const matcher = regex.matcher(name)
      if (value === '' || !matcher.matches()) continue
      const group = (which: string) => groupOf(regex, which, (i) => matcher.group(i) ?? '')
      labels.set(expand(replacement, group), value)
    }
    return true
  }
}

function keepNames(isKept: (name: string) => boolean): Relabel {
  return (labels) => {
    for (const name of [...labels.keys()]) if (!isKept(name)) labels.delete(name)
    return true
  }
}

/** Of the last eight bytes of the MD5, which is how Prometheus divides targets among servers. */
function remainder(value: string, modulus: number): string {
  const hash = createHash('md5').update(value).digest()
  return String(hash.readBigUInt64BE(8) % BigInt(modulus))
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(`(?s:${source})`)
  } catch (cause) {
    throw new SyntaxError(`"${source}" is no regular expression`, { cause })
  }
}
