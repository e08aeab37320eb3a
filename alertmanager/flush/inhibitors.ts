/** Keeps the inhibition of the rules that hold now, and of the alerts that live. */

import type { Roster } from '../arrival/roster.ts'
import type { AlertConfig } from '../config/config.ts'
import { createInhibition, type Inhibition } from './inhibition.ts'

/** Built anew when the configuration has changed, from then on kept up to date by the roster. */
export function createInhibitors(roster: Roster, config: () => AlertConfig): () => Inhibition {
  let rules: AlertConfig['inhibitRules'] = []
  let current = createInhibition(rules)
  roster.watch({
    put: (alert) => current.put(alert),
    drop: (fingerprint) => current.drop(fingerprint),
  })
  return () => {
    const { inhibitRules } = config()
    if (inhibitRules === rules) return current
    rules = inhibitRules
    current = createInhibition(rules)
    for (const alert of roster.all()) current.put(alert)
    return current
  }
}
