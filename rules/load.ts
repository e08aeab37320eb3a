/** Finds rule files by pattern and reads them: all of them, or none and one line that says why. */
import { glob, readFile } from 'node:fs/promises'
import { fault } from '#api/errors'
import { codeOf, messageOf } from '#lib/errors'
import type { Rule, RuleGroup } from './rule.ts'
import { type CheckExpression, type ReadGroup, type ReadRule, readRuleFile } from './rule-file.ts'

/** Groups in the order of their files' names; a pattern without `*`, `?` or `[` must exist. */
export async function loadRules(
  patterns: readonly string[],
  check: CheckExpression,
): Promise<readonly RuleGroup[]> {
  const files = new Set<string>()
  for (const pattern of patterns) for (const file of await filesOf(pattern)) files.add(file)
  const groups: ReadGroup[] = []
  for (const file of files) groups.push(...readRuleFile(file, await readText(file), check))
  return withIds(groups)
}

async function filesOf(pattern: string): Promise<readonly string[]> {
  if (!/[*?[]/.test(pattern)) return [pattern]
  const found: string[] = []
  for await (const file of glob(pattern)) found.push(file)
  return found.sort()
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw fault('RULE_FILE_INVALID', { where: file, reason: reasonOf(error) })
  }
}

const reasonOf = (error: unknown) =>
  codeOf(error) === 'ENOENT'
    ? 'there is no such file; name one that exists, or a pattern'
    : messageOf(error)

/** `devices/DiskFailing`, and `#2` for the second of that name: stable while rules are edited. */
export function withIds(groups: readonly ReadGroup[]): readonly RuleGroup[] {
  const seen = new Map<string, number>()
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule): Rule => {
      const plain = `${group.name}/${rule.name}`
      const count = (seen.get(plain) ?? 0) + 1
      seen.set(plain, count)
      return withId(rule, count === 1 ? plain : `${plain}#${count}`)
    }),
  }))
}

const withId = (rule: ReadRule, id: string): Rule =>
  rule.kind === 'alert' ? { ...rule, id } : { ...rule, id }
