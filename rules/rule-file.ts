/** Reads one rule file as Prometheus reads it. The first thing that is wrong refuses the file. */

import { fault } from '#api/errors'
import { parseDurationMs } from '#lib/duration'
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import type { AlertRule, RecordRule, RuleGroup, Templates } from './rule.ts'
import { parseTemplate, type Template } from './text/template.ts'
import { type Entry, type Placed, PlacedError, readYaml } from './yaml-place.ts'

/** Says what is wrong with an expression, or undefined where it can be evaluated. */
export type CheckExpression = (expr: string) => string | undefined

/** Rules without their ids: those depend on all files together. */
export type ReadGroup = Omit<RuleGroup, 'rules'> & { readonly rules: readonly ReadRule[] }
export type ReadRule = Omit<AlertRule, 'id'> | Omit<RecordRule, 'id'>

export function readRuleFile(
  file: string,
  source: string,
  check: CheckExpression,
): readonly ReadGroup[] {
  const place = { group: '', rule: '' }
  try {
    return readGroups(readYaml(source), { file, check, place })
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error
    const group = place.group === '' ? '' : ` group "${place.group}"`
    const rule = place.rule === '' ? '' : ` rule "${place.rule}"`
    const where = `${file}:${error.line}${group}${rule}`
    throw fault('RULE_FILE_INVALID', { where, reason: error.message })
  }
}

interface Reading {
  readonly file: string
  readonly check: CheckExpression
  /** Where the reader stands, for the message. */
  readonly place: { group: string; rule: string }
}

const groupKeys = ['name', 'interval', 'limit', 'query_offset', 'labels', 'rules']
const ruleKeys = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations']

function readGroups(root: Placed, reading: Reading): readonly ReadGroup[] {
  const [groups] = root.entries('"groups:" with a list of groups', ['groups'])
  if (groups === undefined) return []
  const names = new Set<string>()
  return groups.value.list('a list of groups').map((item) => {
    const group = readGroup(item, reading)
    if (names.has(group.name))
      throw item.wrong('the group name is taken in this file; names are unique in a file')
    names.add(group.name)
    return group
  })
}

function readGroup(item: Placed, { file, check, place }: Reading): ReadGroup {
  place.group = ''
  place.rule = ''
  const given = byKey(item.entries('a group with name and rules', groupKeys))
  place.group = given.get('name')?.value.text('a name') ?? ''
  if (place.group === '') throw item.wrong('the group has no name; add "name:"')
  const intervalMs = readDuration(given.get('interval'))
  const offset = given.get('query_offset')
  if (offset !== undefined)
    throw new PlacedError(
      offset.keyLine,
      '"query_offset" is not known here; write "offset" into the expressions of its rules',
    )
  const ofGroup = labelEntries(given.get('labels'))
  const rules = given.get('rules')?.value.list('a list of rules') ?? []
  const group = {
    name: place.group,
    file,
    ...(intervalMs === undefined ? {} : { intervalMs }),
    limit: readLimit(given.get('limit')),
    rules: rules.map((rule) => readRule(rule, { file, check, place }, ofGroup)),
  }
  place.rule = ''
  return group
}

/** Labels of the group are those of each rule that says nothing else. */
function readRule(item: Placed, { check, place }: Reading, ofGroup: readonly Entry[]): ReadRule {
  place.rule = ''
  const given = byKey(item.entries('a rule with alert or record, and expr', ruleKeys))
  const alert = given.get('alert')?.value.text('a name') ?? ''
  const record = given.get('record')?.value.text('a name') ?? ''
  place.rule = alert || record
  if (alert !== '' && record !== '')
    throw item.wrong('the rule has alert and record; keep one of the two')
  if (place.rule === '') throw item.wrong('the rule has no name; add "alert:" or "record:"')
  const expr = readExpression(item, given.get('expr'), check)
  const labels = [...ofGroup, ...labelEntries(given.get('labels'))]
  const read = { expr, given, labels }
  return alert === '' ? readRecord(record, read) : readAlert(alert, read)
}

interface Read {
  readonly expr: string
  readonly given: Given
  /** Of one name the last one counts. */
  readonly labels: readonly Entry[]
}

type Given = ReadonlyMap<string, Entry>

function readAlert(name: string, { expr, given, labels }: Read): Omit<AlertRule, 'id'> {
  return {
    kind: 'alert',
    name,
    expr,
    forMs: readDuration(given.get('for')) ?? 0,
    keepFiringForMs: readDuration(given.get('keep_firing_for')) ?? 0,
    labels: readTemplates(labels, name),
    annotations: readTemplates(labelEntries(given.get('annotations')), name),
  }
}

function readRecord(name: string, { expr, given, labels }: Read): Omit<RecordRule, 'id'> {
  for (const key of ['for', 'keep_firing_for', 'annotations']) {
    const entry = given.get(key)
    if (entry !== undefined)
      throw new PlacedError(entry.keyLine, `a recording rule has no "${key}"; remove it`)
  }
  const record = given.get('record')
  if (!/^[A-Za-z_:][\w:]*$/.test(name) && record !== undefined)
    throw record.value.wrong(`"${name}" is no metric name; use letters, digits, "_" and ":"`)
  const texts = labels.map(({ key, value }) => [key, value.text('a label value')] as const)
  return { kind: 'record', name, expr, labels: Object.fromEntries(texts) satisfies Labels }
}

function readExpression(item: Placed, entry: Entry | undefined, check: CheckExpression): string {
  const expr = entry?.value.text('an expression').trim() ?? ''
  if (entry === undefined || expr === '')
    throw item.wrong('the rule has no expression; add "expr:"')
  const reason = check(expr)
  if (reason !== undefined) throw entry.value.wrong(`the expression is not PromQL: ${reason}`)
  return expr
}

/** Milliseconds; undefined where the file says nothing. */
export function readDuration(entry: Entry | undefined): number | undefined {
  if (entry === undefined || entry.value.isNothing) return undefined
  const text = entry.value.text('a duration such as 30s')
  const ms = parseDurationMs(text)
  if (ms === undefined)
    throw entry.value.wrong(`${entry.key} is "${text}"; write a duration such as 30s or 1h30m`)
  return ms
}

function readLimit(entry: Entry | undefined): number {
  const text = entry?.value.text('a whole number') || '0'
  if (!/^\d+$/.test(text) && entry !== undefined)
    throw entry.value.wrong(`limit is "${text}"; write a whole number, 0 for no limit`)
  return Number(text)
}

function readTemplates(entries: readonly Entry[], alertname: string): Templates {
  const templates: Record<string, Template> = {}
  for (const { key, value } of entries) {
    try {
      templates[key] = parseTemplate(value.text('a text'), alertname)
    } catch (error) {
      if (error instanceof PlacedError) throw error
      throw value.wrong(`the template of "${key}" cannot be used: ${messageOf(error)}`)
    }
  }
  return templates
}

function labelEntries(entry: Entry | undefined): readonly Entry[] {
  const entries = entry?.value.entries('names with values') ?? []
  for (const { key, keyLine } of entries) {
    if (!/^[A-Za-z_]\w*$/.test(key))
      throw new PlacedError(keyLine, `"${key}" is no label name; use letters, digits and "_"`)
    if (key === '__name__' && entry?.key === 'labels')
      throw new PlacedError(keyLine, '"__name__" cannot be set; it is the name of the metric')
  }
  return entries
}

const byKey = (entries: readonly Entry[]): Given =>
  new Map(entries.map((entry) => [entry.key, entry]))
