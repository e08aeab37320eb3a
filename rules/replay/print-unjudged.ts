/** What nobody should read as "no alert": there was nothing to judge by. */
import type { Replay } from './replay.ts'
import { dayTime, lasting, listed, oneLine } from './shown.ts'
import { lengthMs, type Span } from './spans.ts'
import type { Unjudged } from './unjudged.ts'

const linesMax = 30
/** Stretches of time of one rule. */
const timesMax = 3
/** Of a reason: some name all the series that they are about. */
const reasonMax = 120
/** More than this that never had anything share a line. */
const aloneMax = 5

export function unjudgedLines({ gaps, unjudged, window }: Replay): readonly string[] {
  const coveredMs = window.toMs - window.fromMs - lengthMs(gaps)
  const isNever = ({ lacks, failures }: Unjudged) =>
    failures.length === 0 && lengthMs(lacks) >= coveredMs * 0.98
  const never = unjudged.filter(isNever)
  const others = never.length > aloneMax ? unjudged.filter((one) => !isNever(one)) : unjudged
  return [
    ...gaps.map((gap) => `everything ${spanText(gap)}: the source has no samples`),
    ...(never.length > aloneMax ? [neverText(never)] : []),
    ...listed(
      others.flatMap((one) => textsOf(one, isNever(one))),
      linesMax,
      'lines',
    ),
  ]
}

function neverText(never: readonly Unjudged[]): string {
  const names = [...new Set(never.map(({ rule }) => rule))]
  const some = names.slice(0, timesMax).join(', ')
  const which = `${some}, …: --json has all`
  return `${names.length} rules at any time: nothing is there of what they read (${which})`
}

function textsOf({ rule, side, lacks, failures }: Unjudged, isNever: boolean): readonly string[] {
  const of = side === 'both' ? rule : `${rule} (${side})`
  const lackText = (lack: Unjudged['lacks'][number]) => {
    const what = lack.selectors.map(oneLine).join(' and ')
    return `${of} ${isNever ? 'at any time' : spanText(lack)}: nothing is there of ${what}`
  }
  const failureText = (one: Unjudged['failures'][number]) =>
    `${of} ${spanText(one)}: ${oneLine(one.reason).slice(0, reasonMax)}`
  return [
    ...listed(lacks.map(lackText), timesMax, 'times'),
    ...listed(failures.map(failureText), timesMax, 'times'),
  ]
}

const spanText = ({ fromMs, toMs }: Span) =>
  `${dayTime(fromMs)} .. ${dayTime(toMs)} (${lasting(toMs - fromMs)})`
