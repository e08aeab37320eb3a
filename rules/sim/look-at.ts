/** A file's rules in a scene of their own: rules that wait about as long together. */
import { messageOf } from '#lib/errors'
import type { Random } from '#lib/random'
import { type Dialect, type Expression, parse, prometheus2, prometheus3 } from '#promql'
import { besidePromtool, type Comparison } from './beside-promtool.ts'
import {
  nameOf,
  type PlainFile,
  type PlainRule,
  rulesOf,
  waitMsOf,
  withRules,
} from './rule-file.ts'
import { type Scene, sceneFor, stepCount } from './scene.ts'

export interface Look {
  /** Rules times steps. */
  readonly evaluations: number
  readonly comparisons: readonly Comparison[]
}

export type Version = '2' | '3'

const dialects: Readonly<Record<Version, Dialect>> = { 2: prometheus2, 3: prometheus3 }

const minuteMs = 60_000
/** Each scene lasts some waits of its rules. */
const waits = [6 * minuteMs, 60 * minuteMs, Number.POSITIVE_INFINITY]

export async function lookAt(
  file: PlainFile,
  random: Random,
  version: Version,
): Promise<readonly Look[]> {
  const looks: Look[] = []
  for (const [i, longestMs] of waits.entries()) {
    const isOf = (rule: PlainRule) =>
      waitMsOf(rule) > (waits[i - 1] ?? -1) && waitMsOf(rule) <= longestMs
    // What is recorded, any rule may read.
    const chosen = withRules(file, (rule) => rule.record !== undefined || isOf(rule))
    const rules = rulesOf(chosen)
    if (i > 0 && rules.every(({ record }) => record !== undefined)) continue
    const scene = sceneFor({
      expressions: rules.map(({ expr }): Expression => parse(expr, dialects[version])),
      recorded: new Set(rules.flatMap(({ record = [] }) => record)),
      waitMs: Math.max(0, ...rules.map(waitMsOf)),
      random,
    })
    const comparisons = await compareAll(chosen, scene, { dialect: version, random })
    looks.push({ evaluations: rules.length * stepCount, comparisons })
  }
  return looks
}

/** A rule that cannot be evaluated ends the run of all: the others are looked at without it. */
async function compareAll(
  file: PlainFile,
  scene: Scene,
  asking: { readonly dialect: Version; readonly random: Random },
): Promise<readonly Comparison[]> {
  const made: Comparison[] = []
  let left = file
  for (;;) {
    const comparison = await besidePromtool(left, scene, asking)
    made.push(comparison)
    const { broken } = comparison
    if (broken.size === 0) return made
    left = withRules(left, (rule) => !broken.has(nameOf(rule)))
  }
}

/** Without the rules that this dialect refuses. */
export function readable(
  file: PlainFile,
  version: Version,
  say: (text: string) => void,
): PlainFile {
  return withRules(file, (rule) => {
    try {
      parse(rule.expr, dialects[version])
      return true
    } catch (error) {
      say(`${nameOf(rule)} is left out: ${messageOf(error)}`)
      return false
    }
  })
}
