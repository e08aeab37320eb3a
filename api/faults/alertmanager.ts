/** Of alerts, silences and alertmanager.yml. */
import type { FaultKind } from '#lib/errors'

export const alertmanagerFaults = {
  ACK_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot acknowledge: {reason}',
  },
  ACK_NOT_FOUND: {
    status: 404,
    retry: false,
    message: 'Cannot find acknowledgement {id}: there is none of this id',
  },
  ACK_OVER: {
    status: 409,
    retry: false,
    message: 'Cannot end acknowledgement {id}: it is over already',
  },
  ACK_TOO_WIDE: {
    status: 400,
    retry: false,
    message: 'Cannot acknowledge {count} alerts at once: {most} is the most; narrow the filter',
  },
  ACK_WITHOUT_ALERT: {
    status: 404,
    retry: false,
    message: 'Cannot acknowledge: no alert that fires is meant; look at /api/v2/alerts',
  },
  ALERT_CONFIG_INVALID: {
    status: 500,
    retry: false,
    message: 'Cannot load {file}: line {line}: {reason}',
  },
  ALERT_CONFIG_UNREADABLE: {
    status: 500,
    retry: true,
    message: 'Cannot load {file}: {reason}; name another file with --config.file',
  },
  ALERT_LOG_BROKEN: {
    status: 503,
    retry: true,
    message: 'Cannot keep alerts in {folder}: the disk does not take them; free it or name another',
  },
  ALERT_QUEUE_FULL: {
    status: 429,
    retry: true,
    message: 'Cannot take {name}: {waitingMax} already wait for the store; try again later',
  },
  CLUSTER_ADDRESS_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot use the cluster address {address}: it is not host:port',
  },
  CLUSTER_PEER_FAR: {
    status: 400,
    retry: false,
    message:
      'Cannot share a store with {peer}: it is on another machine; give all instances one PostgreSQL by DATABASE_URL, or take --cluster.peer away',
  },
  CLUSTER_STORE_MISSING: {
    status: 500,
    retry: true,
    message:
      'Cannot find the store of the cluster: none of {peers} opened one; start them, or give all one PostgreSQL by DATABASE_URL',
  },
  INTEGRATION_NOT_FOUND: {
    status: 404,
    retry: false,
    message: 'Cannot find {integration} of receiver "{receiver}": it has {known}',
  },
  RECEIVER_NOT_FOUND: {
    status: 404,
    retry: false,
    message: 'Cannot find receiver "{receiver}": the configuration has none of this name',
  },
  RECEIVER_TOKEN_REFUSED: {
    status: 502,
    retry: false,
    message: 'Cannot get a token from {origin}: {reason}',
  },
  RECEIVER_UNREACHABLE: {
    status: 502,
    retry: true,
    message: 'Cannot reach {origin}: {reason}',
  },
  SILENCE_EXPIRED: {
    status: 500,
    retry: false,
    message: 'Cannot expire silence {id}: it has expired already',
  },
  SILENCE_NOT_FOUND: {
    status: 404,
    retry: false,
    message: 'silence not found',
  },
} as const satisfies Record<string, FaultKind>
