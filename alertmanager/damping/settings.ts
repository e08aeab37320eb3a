/** What the settings say of flapping. */
import { type AlertmanagerSettings, alertmanagerSettings } from '../settings.ts'
import type { Damping } from './flapping.ts'

const { flapChanges, flapWindow, flapCalm } = alertmanagerSettings

export const dampingOf = (settings: Partial<AlertmanagerSettings>): Damping => ({
  changes: settings.flapChanges ?? flapChanges.default,
  windowMs: settings.flapWindow ?? flapWindow.default,
  calmMs: settings.flapCalm ?? flapCalm.default,
})
