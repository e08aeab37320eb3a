/** Every setting of `zstone`, by part. */

import { optionalText, text } from '#lib/config'
import { mailboxSettings } from '#mailbox'
import { masterSettings } from '#master'
import { agentsSettings } from './agents.ts'
import { alertingSettings } from './alerting.ts'
import { nodesSetting, poolsSetting } from './cluster.ts'
import { judgingSettings } from './judging.ts'
import { pushesSettings } from './receiving.ts'
import { engineSettings } from './storage.ts'
import { storeSettings } from './stores.ts'
import { worldSettings } from './world.ts'

export const zstoneSettings = {
  config: optionalText({ name: 'config', help: 'YAML file with any of these settings.' }),
  dataDir: text({
    name: 'data-dir',
    default: './data',
    env: 'ZSTONE_DATA_DIR',
    help: 'Folder that everything is kept in; one process at a time.',
  }),
  clusterName: text({ name: 'cluster-name', default: 'zstone', help: 'What people call it.' }),
  nodes: nodesSetting,
  pools: poolsSetting,
  web: {
    listenAddress: text({
      name: 'listen-address',
      default: '127.0.0.1:8080',
      help: 'Where the status page, the API, objects and mails are served, host:port.',
    }),
  },
  ...worldSettings,
  ...storeSettings,
  agent: agentsSettings,
  engine: engineSettings,
  master: masterSettings,
  mailbox: mailboxSettings,
  pushgateway: pushesSettings,
  ...judgingSettings,
  ...alertingSettings,
}

export type ZstoneSettings = typeof zstoneSettings
