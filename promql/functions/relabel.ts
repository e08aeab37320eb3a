/** `label_replace` and `label_join`: labels made of other labels. Names of metrics stay. */
import { RE2JS } from 're2js'
import type { Labels } from '#lib/labels'
import { nameLabel, withLabels } from '../label-set.ts'
import type { Query } from '../query.ts'
import { matchCost, patternFault, programSize } from '../regex-cost.ts'
import { refuseMerged, refuseTwins } from '../twins.ts'
import { executionFault, type Value, vectorOf } from '../values.ts'
import { type CallSite, elementsIn, type FunctionBody, textsIn } from './call-site.ts'

export const relabel: Readonly<Record<string, FunctionBody>> = {
  label_replace(args, site) {
    const { dialect } = site.query
    const [target = '', template = '', source = '', pattern = ''] = textsIn(args)
    const replace = replacementOf(pattern, template, site.query)
    if (!dialect.isLabelName(target)) throw invalid('destination', target, 'label_replace')
    return relabelled(args, site, { target, textOf: (labels) => replace(labels[source] ?? '') })
  },
  label_join(args, site) {
    const { dialect } = site.query
    const [target = '', separator = '', ...sources] = textsIn(args)
    const wrong = sources.find((source) => !dialect.isLabelName(source))
    if (wrong !== undefined) throw invalid('source', wrong, 'label_join')
    if (!dialect.isLabelName(target)) throw invalid('destination', target, 'label_join')
    const textOf = (labels: Labels) => sources.map((source) => labels[source] ?? '').join(separator)
    return relabelled(args, site, { target, textOf })
  },
}

function invalid(which: string, name: string, where: string) {
  return executionFault(`invalid ${which} label name in ${where}(): ${name}`)
}

/** Labels made of labels made of labels may double each time. */
const textMax = 1_048_576
const charactersAsSample = 8

interface Relabelling {
  readonly target: string
  /** Undefined leaves an element as it is; an empty text takes the label away. */
  textOf(labels: Labels): string | undefined
}

function relabelled(
  args: readonly Value[],
  { call, query }: CallSite,
  { target, textOf }: Relabelling,
): Value {
  const given = elementsIn(args)
  const elements = given.map((element) => {
    const text = textOf(element.labels)
    const isSame = text === (element.labels[target] ?? '') && target !== nameLabel
    if (text === undefined || isSame) return element
    if (text.length > textMax)
      throw executionFault(`label "${target}" would be longer than ${textMax} characters`)
    query.spend(text.length / charactersAsSample)
    const labels = withLabels(element.labels, [[target, text]])
    return { ...element, labels, losesName: target !== nameLabel && element.losesName === true }
  })
  if (query.dialect.keepsApart.has('labels')) refuseMerged(query.makers(call), elements, given)
  else refuseTwins(elements)
  return vectorOf(elements)
}

/** Series share most of their values, so each value is matched once. */
function replacementOf(pattern: string, template: string, { work }: Query) {
  const regex = compile(pattern)
  const size = programSize(pattern)
  const known = new Map<string, string | undefined>()
  return (value: string): string | undefined => {
    if (known.has(value)) return known.get(value)
    work(matchCost(size, value))
    const matcher = regex.matcher(value)
    const text = matcher.matches()
      ? expand(template, (group) => groupOf(regex, group, (index) => matcher.group(index) ?? ''))
      : undefined
    known.set(value, text)
    return text
  }
}

function compile(pattern: string): RE2JS {
  const fault = patternFault(pattern)
  if (fault !== undefined) throw executionFault(`label_replace() would need ${fault}`)
  try {
    return RE2JS.compile(`(?s:${pattern})`)
  } catch (cause) {
    const reason = `invalid regular expression in label_replace(): ${pattern}`
    throw Object.assign(executionFault(reason), { cause })
  }
}

/** Go's template: `$1`, `${1}`, `$name`, `${name}`, `$$`; an unknown group is empty. */
export function expand(template: string, group: (name: string) => string): string {
  return template.replace(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (_, dollar, bare, braced) =>
    dollar === undefined ? group(bare ?? braced) : '$',
  )
}

export function groupOf(regex: RE2JS, name: string, at: (index: number) => string): string {
  const index = /^\d+$/.test(name) ? Number(name) : regex.namedGroups()[name]
  return index === undefined || index > regex.groupCount() ? '' : at(index)
}
