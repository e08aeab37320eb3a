/** The rules that others use for the wear of a SATA SSD, to compare with. */
import type { WearTruth } from './wear-truth.ts'

/** Undefined: the rule says nothing of this drive. */
export type WearRule = (truth: WearTruth) => number | undefined

/** What popular dashboards draw: what is left, by these names of the drive database. */
export const dashboardsRule = firstNamed([
  /^Wear_Leveling_Count$/,
  /^Media_Wearout_Indicator$/,
  /^SSD_Life_Left$/,
  /^Percent_Lifetime_Remain$/,
])

/** `endurance_used` of smartctl 7.5, where device statistics say nothing. */
export const smartmontoolsRule = firstNamed([/^SSD_Life_Left/, /^Wear_Leveling/])

function firstNamed(names: readonly RegExp[]): WearRule {
  return ({ attrs }) => {
    for (const pattern of names) {
      const found = attrs.find(([, name]) => pattern.test(name))
      const value = found?.[2]
      if (typeof value === 'number') return 100 - value
    }
    return undefined
  }
}
