/**
 * How far the clock of the gateway is from ours, out of the header `Date` of its answers. A date is
 * cut to whole seconds, so an answer only says between which bounds the offset lies: the gateway
 * wrote its date after we asked and before we heard. The bounds of several answers at different
 * fractions of a second leave little room, and a question at the right moment halves it.
 */
import type { MetricFamily } from '#api/sample'
import type { Clock } from '#lib/clock'
import { ownFamily } from './own-family.ts'

export interface ClockOffset {
  /** Times of asking and hearing are those of the monotonic clock. */
  note(answer: { dateMs: number; askedMs: number; heardMs: number }): void
  /** How long to wait for the moment at which a question would tell most; undefined: no need. */
  nextQuestionMs(): number | undefined
  /** Nothing where the offset is unknown. */
  families(): readonly MetricFamily[]
}

/** What a gateway's date may lag behind its clock: some servers write it once a second. */
const lagMs = 20
/** What two quartzes may part in a millisecond, with a wide margin. */
const driftMax = 200e-6
const answersMax = 32
const forgetAfterMs = 10 * 60_000
/** Better than this is not worth a question. */
const uncertaintyMsEnough = 40

/** Between which the gateway's clock less our monotonic one lay at `atMs`. */
interface Bounds {
  readonly atMs: number
  readonly least: number
  readonly most: number
  readonly roundTripMs: number
}

export function createClockOffset(clock: Clock): ClockOffset {
  let answers: readonly Bounds[] = []

  const known = (): Bounds | undefined => {
    const atMs = clock.monotonicMs()
    const [newest, ...older] = answers.map((each) => widened(each, atMs)).reverse()
    if (newest === undefined || atMs - (answers.at(-1)?.atMs ?? 0) > forgetAfterMs) return undefined
    let { least, most, roundTripMs } = newest
    for (const each of older) {
      // A clock was set in between: what was heard before is of no use.
      if (each.least > most || each.most < least) break
      least = Math.max(least, each.least)
      most = Math.min(most, each.most)
      roundTripMs = Math.min(roundTripMs, each.roundTripMs)
    }
    return { atMs, least, most, roundTripMs }
  }
  return {
    note({ dateMs, askedMs, heardMs }) {
      const bounds = {
        atMs: heardMs,
        least: dateMs - heardMs,
        most: dateMs + 1000 + lagMs - askedMs,
        roundTripMs: heardMs - askedMs,
      }
      answers = [...answers, bounds].slice(-answersMax)
    },
    nextQuestionMs() {
      const bounds = known()
      if (bounds === undefined) return undefined
      const { least, most, roundTripMs } = bounds
      if (most - least < 2 * uncertaintyMsEnough + roundTripMs) return undefined
      // It should arrive when a second begins over there, if the offset is the middle.
      const thereMs = bounds.atMs + (least + most - lagMs) / 2 + roundTripMs / 2
      return 1000 - (((thereMs % 1000) + 1000) % 1000)
    },
    families() {
      const bounds = known()
      if (bounds === undefined) return []
      const ownMs = clock.nowMs() - bounds.atMs
      return [
        ownFamily(
          [
            'zstone_agent_clock_offset_seconds',
            'gauge',
            'Clock of the gateway less that of the node.',
          ],
          [{ value: ((bounds.least + bounds.most) / 2 - ownMs) / 1000 }],
        ),
        ownFamily(
          [
            'zstone_agent_clock_offset_uncertainty_seconds',
            'gauge',
            'So far the clock offset may be off, to either side.',
          ],
          [{ value: (bounds.most - bounds.least) / 2000 }],
        ),
      ]
    },
  }
}

function widened(bounds: Bounds, atMs: number): Bounds {
  const drift = Math.max(0, atMs - bounds.atMs) * driftMax
  return { ...bounds, atMs, least: bounds.least - drift, most: bounds.most + drift }
}
