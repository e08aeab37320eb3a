/** A secret of a receiver, or else the one that `global` holds for all of its kind. */
import type { GlobalConfig } from '../config/global.ts'
import { type Fields, type Place, refusal } from '../config/reader.ts'
import { type Secret, secretOf } from './secret.ts'

export interface Inheritance {
  /** `api_key`. */
  readonly name: string
  /** `opsgenie_api_key`. */
  readonly globalName: string
  /** The refusal where neither is given. */
  readonly missing: string
}

export function inheritedSecret(
  { own, at, global }: { own: Fields; at: Place; global: GlobalConfig },
  { name, globalName, missing }: Inheritance,
): Secret {
  const given = secretOf(own, at, name)
  if (given !== undefined) return given
  const shared = global.at && secretOf(global.own, global.at, globalName)
  if (shared === undefined) throw refusal(at, missing)
  // `global` masks its own.
  return { ...shared, places: [] }
}
