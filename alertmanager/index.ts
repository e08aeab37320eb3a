/** The door of the alertmanager. */
export {
  type Alertmanager,
  type AlertmanagerDeps,
  type AlertmanagerStatus,
  createAlertmanager,
} from './alertmanager.ts'
export { openEarlyIntake } from './arrival/early.ts'
export { type Cluster, type ClusterStatus, openCluster } from './cluster/cluster.ts'
export { clusterSettings } from './cluster/settings.ts'
export { loadConfig, parseConfig as checkConfig } from './config/config.ts'
export type { Finding } from './config/finding.ts'
export { type MatcherMode, matcherModeOf } from './config/matchers.ts'
export { type Report, reportOn } from './config/report.ts'
export type { MailServer, MailTransport, OpenMail } from './notifiers/notifier.ts'
export type { TestOutcome, TestSend } from './notifiers/test-send.ts'
export type { RehearsedNotification } from './rehearsal/notification.ts'
export { type Rehearsal, type RehearsedAlert, rehearse } from './rehearsal/rehearse.ts'
export { createDoor, type Door, prefixOf } from './rest/door.ts'
export { createEarlyHandle } from './rest/early.ts'
export { type AlertmanagerSettings, alertmanagerSettings } from './settings.ts'
