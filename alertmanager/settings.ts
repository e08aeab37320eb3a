/** The settings of this part, in upstream's spelling. */
import { duration, flag, optionalText, type Settings, text, type Values, whole } from '#lib/config'
import { features } from './features.ts'

export const alertmanagerSettings = {
  configFile: text({
    name: 'config.file',
    default: 'alertmanager.yml',
    help: 'File with routes, receivers and inhibition rules.',
  }),
  dataRetention: duration({
    name: 'data.retention',
    default: '120h',
    help: 'How long expired silences, the notification log and notifications are kept.',
  }),
  historyRetention: duration({
    name: 'history.retention',
    default: '15d',
    help: 'How long it is kept what happened to alerts, notifications and silences.',
  }),
  silencesMax: whole({
    name: 'silences.max-silences',
    default: 0,
    least: Number.MIN_SAFE_INTEGER,
    help: 'How many silences there may be, expired ones included; 0 or less: no limit.',
  }),
  silenceSizeBytesMax: whole({
    name: 'silences.max-silence-size-bytes',
    default: 0,
    least: Number.MIN_SAFE_INTEGER,
    help: 'How large a silence may be, as JSON; 0 or less: no limit.',
  }),
  silencesLogged: flag({
    name: 'log.silences',
    default: false,
    help: 'Log each silence that is made, changed or expired.',
  }),
  alertsPerNameMax: whole({
    name: 'alerts.per-alertname-limit',
    default: 0,
    least: Number.MIN_SAFE_INTEGER,
    help: 'How many alerts of one alertname are taken; 0 or less: no limit.',
  }),
  flapChanges: whole({
    name: 'alerts.flap-changes',
    default: 0,
    most: 30,
    help: 'An alert that changes more often than this within a window flaps; 0: none ever does.',
  }),
  flapWindow: duration({
    name: 'alerts.flap-window',
    default: '1h',
    help: 'The time in which the changes of an alert are counted.',
  }),
  flapCalm: duration({
    name: 'alerts.flap-calm',
    default: '15m',
    help: 'A flapping alert that has not changed for so long flaps no more.',
  }),
  watchFailAfter: duration({
    name: 'watch.fail-after',
    default: '5m',
    help: 'NotificationFailed fires for a receiver that takes nothing for so long; 0: never.',
  }),
  watchHeartbeatInterval: duration({
    name: 'watch.heartbeat-interval',
    default: '0',
    help: 'How often receivers with the label heartbeat="true" get a heartbeat; 0: never.',
  }),
  dispatchStartDelay: duration({
    name: 'dispatch.start-delay',
    default: '0s',
    help: 'How long after a start groups wait for the alerts that clients send again.',
  }),
  webExternalUrl: optionalText({
    name: 'web.external-url',
    help: 'The URL under which people reach it, for notifications; none: where it listens.',
  }),
  webRoutePrefix: optionalText({
    name: 'web.route-prefix',
    help: 'What every path begins with. Defaults to the path of --web.external-url.',
  }),
  webGetConcurrency: whole({
    name: 'web.get-concurrency',
    default: 0,
    least: Number.MIN_SAFE_INTEGER,
    help: 'GET requests answered at once; 0 or less: as many as there are cores, but at least 8.',
  }),
  webTimeout: duration({
    name: 'web.timeout',
    default: '0',
    help: 'A request that takes longer is answered with 503; 0: no limit.',
  }),
  webVersion: text({
    name: 'web.version',
    default: '0.33.1',
    help: 'Version that the status tells; amtool warns when its own is another.',
  }),
  enableFeature: features({
    name: 'enable-feature',
    help: 'Comma-separated. classic-mode and utf8-strict-mode act, the others are taken.',
  }),
} satisfies Settings

export type AlertmanagerSettings = Values<typeof alertmanagerSettings>
