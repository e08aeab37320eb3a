/** Rules over a scene, by ours and by promtool: every alert and every sample of both. */
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { formatDuration } from '#lib/duration'
import type { Random } from '#lib/random'
import { inFolder, substanceOf, type Told, tellOurs, tellPromtool } from '#test/unit-test'
import { type PlainFile, rulesOf } from './rule-file.ts'
import { type Scene, stepCount } from './scene.ts'

export interface Comparison {
  /** Alerts at a time, and samples at a time. */
  readonly alerts: number
  readonly samples: number
  /** Cases that differ, but not in another order of the series: a sum depends on it. */
  readonly wavering: number
  /** Names of the rules that gave something at some time. */
  readonly seen: ReadonlySet<string>
  /** Cases whose numbers differ beyond the twelfth digit only. */
  readonly rounded: readonly string[]
  readonly differences: readonly string[]
  /** Rules that neither could evaluate: the first of them ended the run. */
  readonly broken: ReadonlySet<string>
}

/** Expects nothing at any time, so that all that is there is told. */
export async function besidePromtool(
  file: PlainFile,
  scene: Scene,
  { dialect, random }: { readonly dialect: string; readonly random: Random },
): Promise<Comparison> {
  return inFolder({ 'a.rules.yml': JSON.stringify(file) }, async (folder) => {
    const test = path.join(folder, 'a.test.yml')
    const tell = async (series: Scene['series']) => {
      await writeFile(test, JSON.stringify(testFile(file, { ...scene, series })))
      return [await tellOurs([`--dialect=${dialect}`, test]), tellPromtool([test])] as const
    }
    const [ours, theirs] = await tell(scene.series)
    const beyond = brokenIn(theirs, /too many samples/)
    if (beyond.size > 0) return { ...unknown, broken: beyond }
    let left = differing(casesOf(ours), casesOf(theirs))
    const found = left.length
    for (let again = 0; left.length > 0 && again < ordersMax; again++) {
      const told = await tell(shuffled(scene.series, random))
      left = stillDiffering(left, casesOf(told[0]), casesOf(told[1]))
    }
    const wavering = found - left.length
    return { ...countsOf(theirs), ...judged(left), wavering, broken: brokenIn(ours, /./) }
  })
}

/** In how many orders of its series a scene is looked at again for what differs. */
const ordersMax = 12

const shuffled = <T>(all: readonly T[], random: Random): readonly T[] =>
  all
    .map((one) => [random.fraction(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)

/** What takes over ten thousand samples promtool does not evaluate. */
const unknown = {
  ...{ alerts: 0, samples: 0, wavering: 0, rounded: [], differences: [] },
  seen: new Set<string>(),
}

function testFile(file: PlainFile, { everyMs, intervalMs, series }: Scene): object {
  const times = Array.from({ length: stepCount }, (_, i) => formatDuration(i * everyMs))
  const rules = rulesOf(file)
  const alerts = [...new Set(rules.flatMap(({ alert = [] }) => alert))]
  const records = [...new Set(rules.flatMap(({ record = [] }) => record))]
  const asked = ['ALERTS', 'ALERTS_FOR_STATE', ...records]
  return {
    rule_files: ['a.rules.yml'],
    evaluation_interval: formatDuration(everyMs),
    // Else promtool takes them as they come, and a rule may see what another recorded last time.
    group_eval_order: file.groups.map(({ name }) => name),
    tests: [
      {
        interval: formatDuration(intervalMs),
        input_series: series,
        external_labels: { site: 'lab' },
        external_url: 'http://prometheus:9090',
        alert_rule_test: times.flatMap((at) =>
          alerts.map((alertname) => ({ eval_time: at, alertname, exp_alerts: [] })),
        ),
        promql_expr_test: times.flatMap((at) =>
          asked.map((expr) => ({ expr, eval_time: at, exp_samples: [] })),
        ),
      },
    ],
  }
}

type Cases = ReadonlyMap<string, string>

interface Differing {
  /** What names the alert, the expression or the rule, and the time. */
  readonly head: string
  /** What each answered, in all orders; the first first. */
  readonly own: ReadonlySet<string>
  readonly theirs: ReadonlySet<string>
}

const nothing = 'nothing'

function differing(own: Cases, theirs: Cases): readonly Differing[] {
  const heads = new Set([...theirs.keys(), ...own.keys()])
  const all = [...heads].map((head) => ({
    head,
    own: new Set<string>(),
    theirs: new Set<string>(),
  }))
  return stillDiffering(all, own, theirs)
}

/** Where both give the same in some order, the order makes the difference, and it is nobody's. */
const stillDiffering = (all: readonly Differing[], own: Cases, theirs: Cases) =>
  all
    .map(({ head, ...known }) => ({
      head,
      own: known.own.union(new Set([own.get(head) ?? nothing])),
      theirs: known.theirs.union(new Set([theirs.get(head) ?? nothing])),
    }))
    .filter((one) => one.own.isDisjointFrom(one.theirs))

function judged(cases: readonly Differing[]): Pick<Comparison, 'rounded' | 'differences'> {
  const textOf = ({ head, own: [first], theirs: [other] }: Differing) =>
    `${head.trim()}\n  ours:       ${first}\n  promtool's: ${other}`
  const isRounded = ({ own: [first = ''], theirs: [other = ''] }: Differing) =>
    inDigits(first) === inDigits(other)
  return {
    rounded: cases.filter(isRounded).map(textOf),
    differences: cases.filter((one) => !isRounded(one)).map(textOf),
  }
}

function countsOf(theirs: Told): Pick<Comparison, 'alerts' | 'samples' | 'seen'> {
  const told = substanceOf(theirs).join('\n')
  const named = [...told.matchAll(/(?:alertname|__name__)="([^"]*)"/g)]
  return {
    alerts: told.match(/^ +Labels:/gm)?.length ?? 0,
    samples: told.match(/\} \S+(?=,|$)/gm)?.length ?? 0,
    seen: new Set(named.map(([, name = '']) => name)),
  }
}

function brokenIn({ lines }: Told, reason: RegExp): ReadonlySet<string> {
  const found = lines.flatMap((line) => {
    const [, name, error = ''] = /^ {4}rule: (.*), time: .*, err: (.*)/.exec(line) ?? []
    return name !== undefined && reason.test(error) ? [name] : []
  })
  return new Set(found)
}

/** What is said below each line that names an alert, an expression or a rule, and a time. */
function casesOf(told: Told): Cases {
  const cases = new Map<string, string>()
  let head = ''
  for (const line of substanceOf(told)) {
    if (/^ {4}\S/.test(line)) head = line
    else if (head !== '') cases.set(head, `${cases.get(head) ?? ''}\n${line}`)
    if (!cases.has(head)) cases.set(head, '')
  }
  return cases
}

const inDigits = (text: string) =>
  text.replace(/\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi, (number) => Number(number).toPrecision(12))
