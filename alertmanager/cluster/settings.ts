/** `--cluster.*`: which instances belong together. They agree through the store they share. */
import { duration, flag, optionalText, type Settings, text, texts, type Values } from '#lib/config'

const unneeded = 'Taken for the sake of the original, without effect: peers share a store.'

export const clusterSettings = {
  listenAddress: text({
    name: 'listen-address',
    default: '0.0.0.0:9094',
    help: 'Names this instance; peers on this machine find its store there. Empty: no cluster.',
  }),
  advertiseAddress: optionalText({
    name: 'advertise-address',
    help: 'Address that the status tells of this instance, host:port.',
  }),
  peerName: text({
    name: 'peer-name',
    default: '',
    help: 'Name of this instance; empty: one by chance at each start.',
  }),
  peers: {
    ...texts({
      name: 'peer',
      default: [],
      help: 'Instance to share a store with: one on this machine. Needs no DATABASE_URL. Repeatable.',
    }),
    parse: (raw: unknown) =>
      (Array.isArray(raw) ? raw.map(String) : String(raw).split(',')).filter((peer) => peer !== ''),
  },
  peerTimeout: duration({ name: 'peer-timeout', default: '15s', help: unneeded }),
  resolveTimeout: duration({
    name: 'peers-resolve-timeout',
    default: '15s',
    help: 'How long to look for peers on this machine before this instance opens a store.',
  }),
  gossipInterval: duration({ name: 'gossip-interval', default: '200ms', help: unneeded }),
  pushPullInterval: duration({ name: 'pushpull-interval', default: '1m', help: unneeded }),
  tcpTimeout: duration({ name: 'tcp-timeout', default: '10s', help: unneeded }),
  probeTimeout: duration({ name: 'probe-timeout', default: '500ms', help: unneeded }),
  probeInterval: duration({
    name: 'probe-interval',
    default: '1s',
    help: 'How often an instance tells the others through the store that it lives.',
  }),
  settleTimeout: duration({ name: 'settle-timeout', default: '1m', help: unneeded }),
  reconnectInterval: duration({ name: 'reconnect-interval', default: '10s', help: unneeded }),
  reconnectTimeout: duration({
    name: 'reconnect-timeout',
    default: '6h',
    help: 'How long an instance that fell silent counts as failed before it is forgotten.',
  }),
  tlsConfig: text({ name: 'tls-config', default: '', help: `${unneeded} Secure DATABASE_URL.` }),
  allowPublicAddress: flag({
    name: 'allow-insecure-public-advertise-address-discovery',
    default: false,
    help: 'Lets the status tell a public address of this machine where it has no private one.',
  }),
  label: text({ name: 'label', default: '', help: unneeded }),
} satisfies Settings

export type ClusterSettings = Values<typeof clusterSettings>
