/** Rules over a scene, by ours and by promtool: every alert and every sample of both. */
import path from 'node:path'
import { formatDuration } from '#lib/duration'
import { inFolder, substanceOf, type Told, tellOurs, tellPromtool } from '#test/unit-test'
import { type PlainFile, rulesOf } from './rule-file.ts'
import { type Scene, stepCount } from './scene.ts'

export interface Comparison {
  /** Alerts at a time, and samples at a time. */
  readonly alerts: number
  readonly samples: number
  /** Cases that promtool itself answers now so, now otherwise: a sum depends on its order. */
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
  dialect: string,
): Promise<Comparison> {
  const files = {
    'a.rules.yml': JSON.stringify(file),
    'a.test.yml': JSON.stringify(testFile(file, scene)),
  }
  return inFolder(files, async (folder) => {
    const test = path.join(folder, 'a.test.yml')
    const ours = await tellOurs([`--dialect=${dialect}`, test])
    const first = tellPromtool([test])
    const beyond = brokenIn(first, /too many samples/)
    if (beyond.size > 0) return { ...unknown, broken: beyond }
    let left = differing(casesOf(ours), casesOf(first))
    const found = left.length
    for (let again = 0; left.length > 0 && again < runsMax; again++) {
      const other = casesOf(tellPromtool([test]))
      left = left.filter(({ head, own }) => own !== (other.get(head) ?? nothing))
    }
    return {
      ...countsOf(first),
      ...judged(left),
      wavering: found - left.length,
      broken: brokenIn(ours, /./),
    }
  })
}

/** What takes over ten thousand samples promtool does not evaluate. */
const unknown = {
  ...{ alerts: 0, samples: 0, wavering: 0, rounded: [], differences: [] },
  seen: new Set<string>(),
}

/** How often promtool is asked again about what differs. */
const runsMax = 12

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
  readonly own: string
  readonly theirs: string
}

const nothing = 'nothing'

function differing(own: Cases, theirs: Cases): readonly Differing[] {
  const heads = new Set([...theirs.keys(), ...own.keys()])
  const all = [...heads].map((head) => ({
    head,
    own: own.get(head) ?? nothing,
    theirs: theirs.get(head) ?? nothing,
  }))
  return all.filter((one) => one.own !== one.theirs)
}

function judged(cases: readonly Differing[]): Pick<Comparison, 'rounded' | 'differences'> {
  const textOf = ({ head, own, theirs }: Differing) =>
    `${head.trim()}\n  ours:       ${own}\n  promtool's: ${theirs}`
  const isRounded = ({ own, theirs }: Differing) => inDigits(own) === inDigits(theirs)
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
