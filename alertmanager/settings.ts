/** The settings of this part, in upstream's spelling. */
import { choice, duration, optionalText, type Settings, text, type Values } from '#lib/config'

export const alertmanagerSettings = {
  configFile: text({
    name: 'config.file',
    default: 'alertmanager.yml',
    help: 'File with routes, receivers and inhibition rules.',
  }),
  storagePath: text({
    name: 'storage.path',
    default: 'data/',
    help: 'Folder of the embedded PostgreSQL, where no DATABASE_URL is given.',
  }),
  dataRetention: duration({
    name: 'data.retention',
    default: '120h',
    help: 'How long expired silences, the notification log and notifications are kept.',
  }),
  webListenAddress: text({
    name: 'web.listen-address',
    default: '127.0.0.1:9093',
    help: 'Address of the API.',
  }),
  webExternalUrl: optionalText({
    name: 'web.external-url',
    help: 'Address under which people reach this alertmanager; stands in notifications.',
  }),
  webVersion: text({
    name: 'web.version',
    default: '0.33.1',
    help: 'Version that the status tells; amtool warns when its own is another.',
  }),
  logLevel: choice({
    name: 'log.level',
    default: 'info',
    of: ['debug', 'info', 'warn', 'error'],
    help: 'Least important log lines that are written.',
  }),
} satisfies Settings

export type AlertmanagerSettings = Values<typeof alertmanagerSettings>
