/** Of pushes and what keeps them. */
import type { FaultKind } from '#lib/errors'

export const pushgatewayFaults = {
  PUSHGATEWAY_BODY_TOO_LARGE: {
    status: 413,
    retry: false,
    message: 'Cannot take push: its body is over {limitBytes} bytes; push in parts, by POST',
  },
  PUSHGATEWAY_BODY_UNREADABLE: {
    status: 400,
    retry: false,
    message: 'Cannot take push: {reason}',
  },
  PUSHGATEWAY_BUSY: {
    status: 429,
    retry: true,
    message: 'Cannot take push: {waiting} wait already; try again in a second',
  },
  PUSHGATEWAY_DISK_FULL: {
    status: 507,
    retry: true,
    message: 'Cannot store push: the disk of {folder} is full; make space and push again',
  },
  PUSHGATEWAY_INCONSISTENT: {
    status: 400,
    retry: false,
    message: 'pushed metrics are invalid or inconsistent with existing metrics: {reason}',
  },
  PUSHGATEWAY_KEY_MALFORMED: {
    status: 400,
    retry: false,
    message: '{reason}',
  },
  PUSHGATEWAY_LOG_BROKEN: {
    status: 503,
    retry: true,
    message:
      'Cannot store push: the log in {folder} is not safe since an error of the disk ({reason}); mend the disk and restart',
  },
  PUSHGATEWAY_LOG_CORRUPT: {
    status: 500,
    retry: false,
    message:
      'Cannot recover pushes: {path} {reason}; restore it from a copy, or move {folder} away to begin empty',
  },
  PUSHGATEWAY_NOT_READY: {
    status: 503,
    retry: true,
    message: 'Cannot take push: the gateway is {state}; try again in a second',
  },
  PUSHGATEWAY_PROTOBUF_MALFORMED: {
    status: 400,
    retry: false,
    message: '{reason}',
  },
  PUSHGATEWAY_TEXT_MALFORMED: {
    status: 400,
    retry: false,
    message: 'text format parsing error in line {line}: {reason}',
  },
} as const satisfies Record<string, FaultKind>
