/** Of data disks, pools and objects. */
import type { FaultKind } from '#lib/errors'

export const engineFaults = {
  DATA_DISK_EXISTS: {
    status: 409,
    retry: false,
    message:
      'Cannot add data disk "{dataDisk}": there is one with this id; give the new one another id',
  },
  DATA_DISK_FOREIGN: {
    status: 409,
    retry: false,
    message:
      'Cannot open data disk "{dataDisk}" at {path}: it belongs to engine {found}, this is engine {engineId}; point it at another folder',
  },
  DATA_DISK_FORMAT_UNKNOWN: {
    status: 500,
    retry: false,
    message:
      'Cannot open data disk "{dataDisk}" at {path}: its format is {format}, this program knows 1; run a newer version',
  },
  DATA_DISK_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot use data disk "{dataDisk}": {reason}',
  },
  DATA_DISK_IN_USE: {
    status: 409,
    retry: true,
    message:
      'Cannot retire data disk "{dataDisk}": {groups} placement groups still need it; drain it and wait until that is done',
  },
  DATA_DISK_MISMATCHED: {
    status: 409,
    retry: false,
    message:
      'Cannot open data disk "{dataDisk}" at {path}: its superblock says it is "{found}"; put the paths right',
  },
  DATA_DISK_NOT_EMPTY: {
    status: 409,
    retry: false,
    message:
      'Cannot format data disk "{dataDisk}" at {path}: the folder holds {found}; empty it or name another',
  },
  DATA_DISK_OUT: {
    status: 409,
    retry: false,
    message: 'Cannot {verb} data disk "{dataDisk}": it is out; add a new one in its place',
  },
  DATA_DISK_UNKNOWN: {
    status: 404,
    retry: false,
    message: 'Cannot find data disk "{dataDisk}": the map has {known}',
  },
  ENGINE_BUSY: {
    status: 429,
    retry: true,
    message:
      'Cannot {operation} object "{key}" of pool "{pool}": {waitingBytes} bytes of writes wait already; try again shortly',
  },
  ENGINE_CLOSED: {
    status: 503,
    retry: true,
    message: 'Cannot use the engine: {reason}',
  },
  ENGINE_NOT_FOUND: {
    status: 500,
    retry: false,
    message:
      'Cannot open the engine: none of its {all} data disks holds engine {engineId}; mount them, or delete the file engine-id of the data directory to begin anew',
  },
  ENGINE_NO_QUORUM: {
    status: 503,
    retry: true,
    message:
      'Cannot decide on the map: {answering} of {all} data disks answer, {needed} are needed; bring the others back',
  },
  OBJECT_KEY_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot use the key of an object: {reason}',
  },
  OBJECT_REQUEST_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot answer {method} {path}: {reason}',
  },
  OBJECT_TOO_LARGE: {
    status: 413,
    retry: false,
    message:
      'Cannot put object "{key}" of pool "{pool}": it has {sizeBytes} bytes, at most {sizeBytesMax} are possible; split it',
  },
  OBJECT_UNAVAILABLE: {
    status: 503,
    retry: true,
    message:
      'Cannot read {what} of pool "{pool}": no up-to-date copy answers; bring back data disk {dataDisks}',
  },
  OBJECT_UNKNOWN: {
    status: 404,
    retry: false,
    message:
      'Cannot find object "{key}" of pool "{pool}": there is none; list them with GET /v1/pools/{pool}/objects',
  },
  POOL_EXISTS: {
    status: 409,
    retry: false,
    message: 'Cannot create pool "{pool}": there is one of that name; choose another',
  },
  POOL_FULL: {
    status: 507,
    retry: true,
    message:
      'Cannot put object "{key}" of pool "{pool}": data disk "{dataDisk}" has {usedBytes} of {sizeBytes} bytes in use; delete objects or add data disks',
  },
  POOL_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot create pool "{pool}": {reason}',
  },
  POOL_NOT_EMPTY: {
    status: 409,
    retry: true,
    message: 'Cannot delete pool "{pool}": it holds {objectCount} objects; delete them first',
  },
  POOL_UNKNOWN: {
    status: 404,
    retry: false,
    message: 'Cannot find pool "{pool}": there is none; the pools are {known}',
  },
  POOL_UNPLACEABLE: {
    status: 409,
    retry: true,
    message:
      'Cannot create pool "{pool}": {copies} copies need as many {faultDomain}s that take data, and there are {found}; add some or choose a narrower fault domain',
  },
  POOL_UNWRITABLE: {
    status: 503,
    retry: true,
    message:
      'Cannot write object "{key}" of pool "{pool}": {answering} up-to-date copies can be written, {copiesMin} are needed; bring back data disk {dataDisks}',
  },
} as const satisfies Record<string, FaultKind>
