/** The two files of NFS have one form: a word, and numbers behind it. */
import type { Families, Metric } from '../families.ts'
import { numberOf } from './attributes.ts'

export function parseRpc(text = ''): (word: string) => readonly (number | undefined)[] | undefined {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const byWord = new Map(lines.map(([word = '', ...numbers]) => [word, numbers.map(numberOf)]))
  return (word) => byWord.get(word)
}

export const version2 =
  'Null GetAttr SetAttr Root Lookup ReadLink Read WrCache Write Create Remove Rename Link ' +
  'SymLink MkDir RmDir ReadDir FsStat'

export const version3 =
  'Null GetAttr SetAttr Lookup Access ReadLink Read Write Create MkDir SymLink MkNod Remove ' +
  'RmDir Rename Link ReadDir ReadDirPlus FsStat FsInfo PathConf Commit'

interface Calls {
  readonly proto: string
  /** Names in the kernel's order; `-` where there is none. */
  readonly methods: string | undefined
  /** How many follow, and then the counts. */
  readonly counts: readonly (number | undefined)[] | undefined
}

export function addCalls(
  families: Families,
  metric: Metric,
  { proto, methods = '', counts = [] }: Calls,
): void {
  for (const [i, method] of methods.split(' ').entries())
    if (method !== '-') families.add(metric, { method, proto }, counts[i + 1])
}
