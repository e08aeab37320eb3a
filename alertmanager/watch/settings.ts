/** What the settings say of the watch over paths. */
import { type AlertmanagerSettings, alertmanagerSettings } from '../settings.ts'

const { watchFailAfter, watchHeartbeatInterval } = alertmanagerSettings

export const watchingOf = (settings: Partial<AlertmanagerSettings>) => ({
  failAfterMs: settings.watchFailAfter ?? watchFailAfter.default,
  heartbeatEveryMs: settings.watchHeartbeatInterval ?? watchHeartbeatInterval.default,
})
