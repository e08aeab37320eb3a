/** `relabel_configs` and `metric_relabel_configs`. */
import { z } from 'zod'
import {
  createRelabel,
  isLabelName,
  isTemplate,
  type RelabelRule,
  relabelActions,
} from '../relabel.ts'
import { oneOf, text, texts, whole } from './fields.ts'

const otherwise = { separator: ';', regex: '(.*)', replacement: '$1' }

const fields = z.strictObject({
  source_labels: texts.optional(),
  separator: text.optional(),
  regex: text.optional(),
  modulus: whole.optional(),
  target_label: text.optional(),
  replacement: text.optional(),
  action: oneOf(relabelActions).default('replace'),
})

type Given = z.output<typeof fields>

export const relabelSchema = fields.transform((given, context): RelabelRule => {
  const rule = {
    action: given.action,
    sourceLabels: given.source_labels ?? [],
    separator: given.separator ?? otherwise.separator,
    regex: given.regex ?? otherwise.regex,
    modulus: given.modulus ?? 0,
    targetLabel: given.target_label ?? '',
    replacement: given.replacement ?? otherwise.replacement,
  }
  const complaint = complaintOf(given, rule) ?? brokenRegex(rule)
  if (complaint !== undefined) context.addIssue(complaint)
  return rule
})

const withTarget = ['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal']
const withoutReplacement = ['lowercase', 'uppercase', 'keepequal', 'dropequal']

function complaintOf(given: Given, { action, targetLabel, replacement, modulus }: RelabelRule) {
  const isNamed = (name: string) => isLabelName(name) || (action === 'replace' && isTemplate(name))
  if (action === 'hashmod' && modulus === 0) return 'hashmod needs a modulus above 0'
  if (withTarget.includes(action) && targetLabel === '') return `${action} needs a target_label`
  if (withTarget.includes(action) && !isNamed(targetLabel))
    return `"${targetLabel}" is no label name`
  if (withoutReplacement.includes(action) && replacement !== otherwise.replacement)
    return `${action} takes no replacement`
  if (action === 'labelmap' && !isLabelName(replacement) && !isTemplate(replacement))
    return `"${replacement}" is no label name`
  const allowed = { keepequal: equal, dropequal: equal, labeldrop: names, labelkeep: names }
  const fieldsOf: Readonly<Partial<Record<string, readonly string[]>>> = allowed
  const surplus = Object.keys(given).find(
    (field) => field !== 'action' && fieldsOf[action]?.includes(field) === false,
  )
  return surplus === undefined ? undefined : `${action} takes no ${surplus}`
}

const equal = ['source_labels', 'target_label']
const names = ['regex']

function brokenRegex(rule: RelabelRule): string | undefined {
  try {
    createRelabel([rule])
    return undefined
  } catch (error) {
    if (error instanceof SyntaxError) return error.message
    throw error
  }
}
