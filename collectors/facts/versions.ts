/** The version of smartctl that gave an answer; what it means has changed with them. */
import { type Json, numberAt } from '../smart/json.ts'

/** Undefined: the answer does not say. */
export function versionAtLeast(answer: Json, major: number, minor: number): boolean | undefined {
  const found = ['0', '1'].map((i) => numberAt(answer, `smartctl.version.${i}`))
  const [foundMajor, foundMinor] = found
  if (foundMajor === undefined || foundMinor === undefined) return undefined
  return foundMajor > major || (foundMajor === major && foundMinor >= minor)
}
