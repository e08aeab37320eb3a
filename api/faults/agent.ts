/** Of measuring a node and pushing it. */
import type { FaultKind } from '#lib/errors'

export const agentFaults = {
  ANSWER_UNREADABLE: {
    status: 500,
    retry: true,
    message: 'Cannot read the answer of {program}: {reason}',
  },
  COLLECTOR_STOPPED: {
    status: 500,
    retry: true,
    message: 'Cannot collect {name}: the agent is stopping',
  },
  COLLECTOR_TIMED_OUT: {
    status: 500,
    retry: true,
    message: 'Cannot collect {name}: it was not done within {deadline}',
  },
  DATASET_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot evaluate {file}: line {line}: {reason}',
  },
  DEVICE_COMMANDS_MISSING: {
    status: 500,
    retry: false,
    message: 'Cannot use the device commands in {folder}: there is no such folder; make it first',
  },
  DEVICE_SCAN_REFUSED: {
    status: 500,
    retry: true,
    message: 'Cannot find the disks: {program} says: {reason}',
  },
  DEVICE_UNREADABLE: {
    status: 500,
    retry: true,
    message: 'Cannot read device {device}: {reason}',
  },
  MANIFEST_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot replay {file}: {reason}; collectors/replay/README.md shows one',
  },
  PUSH_FAILED: {
    status: 502,
    retry: true,
    message: 'Cannot push to {url}: {reason}',
  },
  PUSH_REFUSED: {
    status: 502,
    retry: false,
    message: 'Cannot push to {url}: {reason}',
  },
  RECORDING_UNREADABLE: {
    status: 400,
    retry: false,
    message: 'Cannot read {source}: {reason}; {wanted}',
  },
  REMOTE_WRITE_FAILED: {
    status: 502,
    retry: true,
    message: 'Cannot write history to {url}: {reason}',
  },
  REMOTE_WRITE_REFUSED: {
    status: 502,
    retry: false,
    message: 'Cannot write history to {url}: {reason}',
  },
  SMARTCTL_MISSING: {
    status: 500,
    retry: false,
    message:
      'Cannot read SMART: there is no program {path}; install smartmontools 7 or set its path',
  },
  SPOOL_TOO_SMALL: {
    status: 507,
    retry: false,
    message:
      'Cannot keep a tick: it takes {sizeBytes} bytes and the spool may have {sizeBytesMax}; allow it more',
  },
  TICK_UNREADABLE: {
    status: 500,
    retry: false,
    message: 'Cannot read a tick: expected a sample, found "{line}"',
  },
} as const satisfies Record<string, FaultKind>
