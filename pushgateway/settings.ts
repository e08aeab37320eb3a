/** The settings of the part, in the spelling of the original's flags. */
import { choice, flag, text, type Values, whole } from '#lib/config'

export const pushgatewaySettings = {
  web: {
    listenAddress: text({
      name: 'listen-address',
      default: '127.0.0.1:9091',
      help: 'Address on which pushes and scrapes are served; :9091 opens it to every interface.',
    }),
    enableOpenmetrics: flag({
      name: 'enable-openmetrics',
      default: false,
      help: 'Take and give OpenMetrics where a client says so; the original takes it for text.',
    }),
  },
  persistence: {
    file: text({
      name: 'file',
      default: 'data/pushgateway',
      help: 'Folder that holds the write-ahead log and its snapshots.',
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
    disableConsistencyCheck: flag({
      name: 'disable-consistency-check',
      default: false,
      help: 'Take pushes that clash with what is stored. One of them makes every scrape fail.',
    }),
    enableUtf8Names: flag({
      name: 'enable-utf8-names',
      default: false,
      help: 'Take names of metrics and labels in UTF-8, in bodies and, escaped, in URLs.',
    }),
  },
  log: {
    level: choice({
      name: 'level',
      of: ['debug', 'info', 'warn', 'error', 'silent'],
      default: 'info',
      help: 'The least grave lines that are logged.',
    }),
  },
}

export type PushgatewaySettings = Values<typeof pushgatewaySettings>
