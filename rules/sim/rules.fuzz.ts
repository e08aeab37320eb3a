/**
 * Invented series under real rules, evaluated by ours and by the promtool at hand: pending and
 * firing, labels and texts, recorded samples, at every step. Of the rules that come with ZStone, or
 * of any: `npm run sim rules -- --seed=1 --count=3 --files='/etc/prometheus/*.yml'`
 */
import { strict as assert } from 'node:assert'
import { globSync, readFileSync } from 'node:fs'
import { seededRandom } from '#lib/random'
import { hasPrometheus } from '#test/prometheus'
import { speaksPrometheus3 } from '#test/unit-test'
import { type Look, lookAt, readable } from './look-at.ts'
import { nameOf, readPlainFile, rulesOf } from './rule-file.ts'

export interface FuzzRun {
  readonly seed: number
  /** How many scenes for each file. */
  readonly count?: number | undefined
  /** Patterns; none: the rules that come with ZStone. */
  readonly files?: readonly string[]
  readonly say: (text: string) => void
}

export interface Tally {
  scenes: number
  rules: number
  /** Rules times evaluations. */
  evaluations: number
  names: Set<string>
  /** Names of those that gave something at some time. */
  seen: Set<string>
  alerts: number
  samples: number
  wavering: number
  rounded: number
  differences: string[]
}

/** Of one scene; the seed shows the others. */
const shownMax = 5

export async function fuzz({ seed, count = 3, files = [], say }: FuzzRun): Promise<Tally> {
  assert.ok(hasPrometheus(), 'promtool is not installed')
  const version = speaksPrometheus3() ? '3' : '2'
  const tally: Tally = {
    ...{ scenes: 0, rules: 0, evaluations: 0, alerts: 0, samples: 0, wavering: 0, rounded: 0 },
    differences: [],
    names: new Set(),
    seen: new Set(),
  }
  const patterns = files.length > 0 ? files : ['rules/*.rules.yml']
  const found = patterns.flatMap((pattern) => globSync(pattern).sort())
  assert.ok(found.length > 0, `no file is named ${patterns.join(', ')}`)
  for (const file of found) {
    const plain = readable(readPlainFile(readFileSync(file, 'utf8')), version, say)
    tally.rules += rulesOf(plain).length
    const names = new Set(rulesOf(plain).map(nameOf))
    for (let scene = 0; scene < count; scene++) {
      const looks = await lookAt(plain, seededRandom(seed + scene), version)
      for (const look of looks) note(look, { seed: seed + scene, names, tally, say })
    }
    const unseen = [...names].filter((name) => !tally.seen.has(name))
    if (unseen.length > 0) say(`Never there: ${unseen.join(', ')}`)
    for (const name of names) tally.names.add(name)
    say(`${file}: ${textOf(tally)}`)
  }
  assert.deepEqual(tally.differences, [], `seed ${seed}`)
  return tally
}

interface Noting {
  readonly seed: number
  readonly names: ReadonlySet<string>
  readonly tally: Tally
  readonly say: (text: string) => void
}

function note({ evaluations, comparisons }: Look, { seed, names, tally, say }: Noting): void {
  tally.scenes++
  tally.evaluations += evaluations
  for (const { alerts, samples, seen, wavering, rounded, differences } of comparisons) {
    for (const name of seen) if (names.has(name)) tally.seen.add(name)
    tally.alerts += alerts
    tally.samples += samples
    tally.wavering += wavering
    tally.rounded += rounded.length
    for (const text of rounded.slice(0, 1)) say(`seed ${seed}, in the last digits: ${text}`)
    for (const text of differences.slice(0, shownMax)) say(`seed ${seed}: ${text}`)
    tally.differences.push(...differences.slice(0, shownMax))
  }
}

function textOf(tally: Tally): string {
  const { scenes, rules, names, seen, evaluations, alerts, samples } = tally
  return [
    `${rules} rules, ${scenes} scenes, ${evaluations} evaluations`,
    `of ${names.size} names ${seen.size} were there`,
    `${alerts} alerts and ${samples} samples compared`,
    `${tally.wavering} cases differ by the order of their series`,
    `${tally.rounded} differ in the last digits, ${tally.differences.length} otherwise`,
  ].join('; ')
}
