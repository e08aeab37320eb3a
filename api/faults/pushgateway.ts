/** Of pushes and what keeps them. */
import type { FaultKind } from '#lib/errors'

export const pushgatewayFaults = {
  PUSHGATEWAY_BODY_SLOW: {
    status: 408,
    retry: true,
    message:
      'Cannot take push: {readBytes} bytes of its body came in {limitMs} ms, the limit (--push.read-timeout)',
  },
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
  PUSHGATEWAY_FORBIDDEN: {
    status: 403,
    retry: false,
    message: 'Cannot answer {who}: this needs the role "{needs}"; grant it in the roles file',
  },
  PUSHGATEWAY_FORM_FOREIGN: {
    status: 403,
    retry: false,
    message: 'Cannot delete: the form came from another site; open the page here and confirm again',
  },
  PUSHGATEWAY_FORWARD_FAILED: {
    status: 502,
    retry: true,
    message: 'Cannot forward samples to {url}: {reason}',
  },
  PUSHGATEWAY_FORWARD_REFUSED: {
    status: 502,
    retry: false,
    message: 'Cannot forward samples to {url}: {reason}',
  },
  PUSHGATEWAY_GROUP_ABSENT: {
    status: 404,
    retry: false,
    message: 'Cannot show group {labels}: there is none; it was deleted or never pushed',
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
  PUSHGATEWAY_LIMIT_EXCEEDED: {
    status: 413,
    retry: false,
    message: 'Cannot take push: {found}, the limit is {most}; push less or raise --push.{flag}',
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
  PUSHGATEWAY_QUERY_MALFORMED: {
    status: 400,
    retry: false,
    message: 'Cannot read the query: {reason}',
  },
  PUSHGATEWAY_QUEUE_FULL: {
    status: 429,
    retry: true,
    message:
      'Cannot take push: the bodies under way have {found} bytes, the limit is {most} (--push.queue-bytes-max); try again in a second',
  },
  PUSHGATEWAY_READERS_BUSY: {
    status: 429,
    retry: true,
    message:
      'Cannot take push: {found} bodies are being read, the limit is {most} (--push.readers-max); try again in a second',
  },
  PUSHGATEWAY_ROLES_INVALID: {
    status: 500,
    retry: false,
    message: 'Cannot use roles file {path}: {reason}',
  },
  PUSHGATEWAY_SEARCH_COSTLY: {
    status: 422,
    retry: false,
    message: 'Cannot search groups: it took over {limitMs} ms; use fewer or simpler patterns',
  },
  PUSHGATEWAY_STORE_FULL: {
    status: 429,
    retry: true,
    message:
      'Cannot take push: all groups would show {found} series, the limit is {most} (--push.series-max); delete groups',
  },
  PUSHGATEWAY_TEXT_MALFORMED: {
    status: 400,
    retry: false,
    message: 'text format parsing error in line {line}: {reason}',
  },
  PUSHGATEWAY_TTL_MALFORMED: {
    status: 400,
    retry: false,
    message: 'Cannot take push: X-Pushgateway-TTL is "{text}"; write a duration such as 90s, or 0',
  },
  PUSHGATEWAY_UNAUTHENTICATED: {
    status: 401,
    retry: false,
    message: 'Cannot answer: this needs the role "{needs}"; send a user and a password',
  },
} as const satisfies Record<string, FaultKind>
