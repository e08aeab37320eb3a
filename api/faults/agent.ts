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
  SMARTCTL_MISSING: {
    status: 500,
    retry: false,
    message:
      'Cannot read SMART: there is no program {path}; install smartmontools 7 or set its path',
  },
} as const satisfies Record<string, FaultKind>
