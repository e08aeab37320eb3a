/** The flags of `zstone-alertmanager` that only a program of its own needs. */
import { choice, duration, flag, text, texts } from '#lib/config'

const unneeded = 'Taken for the sake of the original, without effect'

export const alertmanagerFlags = {
  configCheck: flag({
    name: 'config.check',
    default: false,
    help: 'Say what is wrong and what is odd in --config.file, and end: with 1 where it is invalid.',
  }),
  storagePath: text({
    name: 'storage.path',
    default: 'data/',
    help: 'Folder of the embedded PostgreSQL, where no DATABASE_URL is given.',
  }),
  web: {
    listenAddresses: texts({
      name: 'listen-address',
      default: [':9093'],
      help: 'Address of the API, host:port. Repeatable.',
    }),
    systemdSocket: flag({
      name: 'systemd-socket',
      default: false,
      help: 'Serve on the sockets that systemd hands over instead of on addresses.',
    }),
    configFile: text({
      name: 'config.file',
      default: '',
      help: 'File that turns on TLS and passwords, in the format of the Prometheus servers.',
    }),
    uiPath: text({
      name: 'ui-path',
      default: '',
      help: `${unneeded}: there are no files to serve.`,
    }),
  },
  log: {
    level: choice({
      name: 'level',
      default: 'info',
      of: ['debug', 'info', 'warn', 'error'],
      help: 'Least important log lines that are written.',
    }),
    format: choice({
      name: 'format',
      default: 'logfmt',
      of: ['logfmt', 'json'],
      help: 'How log lines are written.',
    }),
  },
  data: {
    maintenanceInterval: duration({
      name: 'maintenance-interval',
      default: '15m',
      help: `${unneeded}: what is acknowledged is stored at once.`,
    }),
  },
  alerts: {
    gcInterval: duration({
      name: 'gc-interval',
      default: '30m',
      help: `${unneeded}: resolved alerts are dropped when all has been told of them.`,
    }),
  },
  dispatch: {
    maintenanceInterval: duration({
      name: 'maintenance-interval',
      default: '30s',
      help: `${unneeded}: empty groups go when they empty.`,
    }),
  },
  memoryRatio: text({
    name: 'auto-gomemlimit.ratio',
    default: '0.9',
    help: `${unneeded}: it is for Go's memory.`,
  }),
}
