/** The door of the alertmanager. */
export {
  type Alertmanager,
  type AlertmanagerDeps,
  type AlertmanagerStatus,
  createAlertmanager,
} from './alertmanager.ts'
export { parseConfig as checkConfig } from './config/config.ts'
export type { MailServer, MailTransport, OpenMail } from './notifiers/notifier.ts'
export { type AlertmanagerSettings, alertmanagerSettings } from './settings.ts'
