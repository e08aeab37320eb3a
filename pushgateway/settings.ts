/** The settings of the part, in the spelling of the original's flags. */
import { choice, duration, flag, text, texts, type Values, whole } from '#lib/config'
import { addUpRules } from './adding/add-up.ts'
import { ttlRules } from './expiry/ttl-rule.ts'
import { forwardSettings } from './forward/settings.ts'
import { limitSettings } from './limits/settings.ts'

export const pushgatewaySettings = {
  web: {
    systemdSocket: flag({
      name: 'systemd-socket',
      default: false,
      help: 'Serve on the sockets that systemd hands over instead of on addresses.',
    }),
    listenAddresses: texts({
      name: 'listen-address',
      default: [':9091'],
      help: 'Address on which pushes and scrapes are served, host:port. Repeatable.',
    }),
    configFile: text({
      name: 'config.file',
      default: '',
      help: 'File that turns on TLS and passwords, in the format of the Prometheus servers.',
    }),
    rolesFile: text({
      name: 'roles.file',
      default: '',
      help: 'File that says who may push, read and administer; none: whoever may enter.',
    }),
    telemetryPath: text({
      name: 'telemetry-path',
      default: '/metrics',
      help: 'Path that is scraped; pushes always go below /metrics.',
    }),
    externalUrl: text({
      name: 'external-url',
      default: '',
      help: 'The URL under which people and programs reach the gateway from outside.',
    }),
    routePrefix: text({
      name: 'route-prefix',
      default: '',
      help: 'What every path begins with. Defaults to the path of --web.external-url.',
    }),
    enableLifecycle: flag({
      name: 'enable-lifecycle',
      default: false,
      help: 'Let PUT and POST to /-/quit end the gateway.',
    }),
    enableOpenmetrics: flag({
      name: 'enable-openmetrics',
      default: false,
      help: 'Take and give OpenMetrics where a client says so; the original takes it for text.',
    }),
    enableAdminApi: flag({
      name: 'enable-admin-api',
      default: false,
      help: 'Let PUT to /api/v1/admin/wipe delete every group.',
    }),
  },
  persistence: {
    file: text({
      name: 'file',
      default: 'data/pushgateway',
      help: 'Folder of the write-ahead log and its snapshots; empty: kept in memory only.',
    }),
    interval: duration({
      name: 'interval',
      default: '5m',
      help: 'Taken for the sake of the original, without effect: each push is stored at once.',
    }),
    fsync: choice({
      name: 'fsync',
      of: ['always', 'interval', 'never'],
      default: 'always',
      help: 'When the log is synced: before each answer, at intervals, or when the kernel likes.',
    }),
    fsyncInterval: duration({
      name: 'fsync-interval',
      default: '1s',
      help: 'With --persistence.fsync=interval, so much that was acknowledged may be lost.',
    }),
    logSizeMax: whole({
      name: 'log-size-max',
      default: 64 * 1024 * 1024,
      least: 4096,
      help: 'Bytes of log, or the size of the last snapshot if more, before the next snapshot.',
    }),
  },
  push: {
    bodySizeMax: whole({
      name: 'body-size-max',
      default: 16 * 1024 * 1024,
      least: 1,
      most: 256 * 1024 * 1024,
      help: 'Bytes that the body of one push may have, packed or unpacked.',
    }),
    queueLengthMax: whole({
      name: 'queue-length-max',
      default: 1000,
      least: 1,
      help: 'Pushes and deletions that may wait for the disk at once; further ones get 429.',
    }),
    ...limitSettings,
    disableConsistencyCheck: flag({
      name: 'disable-consistency-check',
      default: false,
      help: 'Take pushes that clash with what is stored. One of them makes every scrape fail.',
    }),
    ttl: duration({
      name: 'ttl',
      default: '0',
      help: 'A group that no push has reached for so long is stale; 0: never.',
    }),
    ttlFor: ttlRules({
      name: 'ttl-for',
      help: 'The same for some groups, as in job=~"batch-.*"=1h. Repeatable; the first that fits.',
    }),
    ttlGrace: duration({
      name: 'ttl-grace',
      default: '5m',
      help: 'A stale group is shown and marked for so long, then deleted.',
    }),
    tombstoneRetention: duration({
      name: 'tombstone-retention',
      default: '1h',
      help: 'For so long /metrics tells of a deleted group that had a TTL.',
    }),
    aggregate: addUpRules({
      name: 'aggregate',
      help: 'Groups whose counters and histograms add up over pushes, as in job="ci". Repeatable.',
    }),
    enableUtf8Names: flag({
      name: 'enable-utf8-names',
      default: false,
      help: 'Take names of metrics and labels in UTF-8, in bodies and, escaped, in URLs.',
    }),
  },
  forward: forwardSettings,
  log: {
    level: choice({
      name: 'level',
      of: ['debug', 'info', 'warn', 'error', 'silent'],
      default: 'info',
      help: 'The least grave lines that are logged.',
    }),
    format: choice({
      name: 'format',
      of: ['logfmt', 'json'],
      default: 'logfmt',
      help: 'How log lines are written.',
    }),
  },
}

export type PushgatewaySettings = Values<typeof pushgatewaySettings>
