/**
 * A scorecard that ranks disks by how much their attributes speak for a failure soon. It only adds:
 * each sign has a weight, more of it never lowers the risk, and the signs are the reasons.
 */
import type { DeviceFacts, SmartAttribute } from '../facts/device-facts.ts'

/**
 * Weights of `measured` signs were fitted on the last day of 24,542 hard disks of two models in
 * 2019, 179 of which failed; see `npm run evaluate:failures`. Age and temperature are left out:
 * in such data they tell when a row was taken rather than what will happen.
 */
export const riskModelVersion = 'scorecard-1'

export interface FailureRisk {
  /** 0 to 1, for ranking: a share of drives that fail only where they are like the recorded. */
  readonly risk: number
  /** What speaks for it, most first. */
  readonly reasons: readonly RiskReason[]
}

export interface RiskReason {
  readonly attribute: string
  /** What it adds to the logarithm of the odds. */
  readonly weight: number
}

type RiskFacts = Pick<
  DeviceFacts,
  | 'kind'
  | 'healthPassed'
  | 'reallocatedSectors'
  | 'pendingSectors'
  | 'offlineUncorrectable'
  | 'mediaErrors'
  | 'availableSparePercent'
  | 'criticalWarning'
  | 'attributes'
>

interface Sign {
  readonly attribute: string
  /** Counts: the first one counts as much as each doubling. Undefined: the disk does not say. */
  readonly count: (facts: RiskFacts) => number | undefined
  readonly perDoubling: number
  /** Fitted on disks that failed; the others are set by judgement, since no such data is public. */
  readonly measured: boolean
}

/** The share of recorded disks without any sign that failed, as the logarithm of its odds. */
const withoutSigns = -5.8

const signs: readonly Sign[] = [
  {
    attribute: 'reallocated_sectors',
    count: ({ reallocatedSectors }) => reallocatedSectors,
    perDoubling: 0.47,
    measured: true,
  },
  {
    attribute: 'pending_sectors',
    // The two mostly count the same sectors, so that one of them is enough.
    count: ({ pendingSectors, offlineUncorrectable }) =>
      pendingSectors === undefined && offlineUncorrectable === undefined
        ? undefined
        : Math.max(pendingSectors ?? 0, offlineUncorrectable ?? 0),
    perDoubling: 0.72,
    measured: true,
  },
  {
    attribute: 'reported_uncorrectable',
    count: (facts) => rawOf(facts, 187),
    perDoubling: 0.2,
    measured: true,
  },
  {
    attribute: 'command_timeouts',
    // Three counters of 16 bits; only the lowest counts commands that never came back.
    count: (facts) => rawOf(facts, 188, 0x1_0000),
    perDoubling: 0.1,
    measured: true,
  },
  {
    attribute: 'crc_errors',
    // Mostly the cable: among the recorded hardly more often on disks that failed.
    count: (facts) => rawOf(facts, 199),
    perDoubling: 0.01,
    measured: true,
  },
  {
    attribute: 'media_errors',
    count: ({ mediaErrors }) => mediaErrors,
    perDoubling: 0.5,
    measured: false,
  },
  {
    attribute: 'available_spare',
    count: ({ availableSparePercent }) =>
      availableSparePercent === undefined ? undefined : Math.max(0, 100 - availableSparePercent),
    perDoubling: 0.4,
    measured: false,
  },
  {
    attribute: 'critical_warning',
    // Bit 2 says that the rated endurance is used up, which is wear; bit 1 is a temperature.
    count: ({ criticalWarning }) =>
      criticalWarning === undefined ? undefined : (criticalWarning & ~0b110) === 0 ? 0 : 1,
    perDoubling: 6,
    measured: false,
  },
  {
    attribute: 'health',
    // Of an NVMe drive the verdict only repeats its critical warning, with the bits left out above.
    count: ({ healthPassed, criticalWarning }) =>
      healthPassed === undefined || criticalWarning !== undefined
        ? undefined
        : healthPassed
          ? 0
          : 1,
    perDoubling: 6,
    measured: false,
  },
]

/** Undefined: the disk says nothing that speaks for or against. */
export function failureRisk(facts: RiskFacts): FailureRisk | undefined {
  const known = signs.flatMap(({ attribute, count, perDoubling }) => {
    const found = count(facts)
    if (found === undefined || !(found >= 0)) return []
    return [{ attribute, weight: perDoubling * Math.log2(1 + found) }]
  })
  if (known.length === 0) return undefined
  const odds = known.reduce((sum, { weight }) => sum + weight, withoutSigns)
  return {
    risk: 1 / (1 + Math.exp(-odds)),
    reasons: known.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight),
  }
}

function rawOf({ attributes }: RiskFacts, id: number, modulus?: number): number | undefined {
  const found = attributes.find((attribute: SmartAttribute) => attribute.id === id)
  const raw = /^\d+/.exec(found?.rawText ?? '')?.[0]
  const whole = raw === undefined ? found?.raw : Number(raw)
  return whole === undefined || modulus === undefined ? whole : whole % modulus
}
