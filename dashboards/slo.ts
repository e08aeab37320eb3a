/** How fast a budget may go, as `rules/slo.rules.yml` tells it; a test compares both. */
interface Burn {
  /** Windows: the long one says that it matters, the short one that it goes on. */
  readonly long: string
  readonly short: string
  /** Times the pace at which the budget lasts. */
  readonly pace: number
}

const fast: Burn = { long: '1h', short: '5m', pace: 14.4 }
const slow: Burn = { long: '6h', short: '30m', pace: 6 }
const ticket: Burn = { long: '1d', short: '2h', pace: 3 }
const drip: Burn = { long: '3d', short: '6h', pace: 1 }

/** The first two are critical, the others a warning. */
export const burns = { fast, slow, ticket, drip }
