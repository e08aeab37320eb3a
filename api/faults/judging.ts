/** Of PromQL and rule files. */
import type { FaultKind } from '#lib/errors'

export const judgingFaults = {
  PROMQL_EXECUTION: {
    status: 422,
    retry: false,
    message: '{reason}',
  },
  PROMQL_INVALID: {
    status: 400,
    retry: false,
    message: '{position}: parse error: {reason}',
  },
  PROMQL_LOG_FOREIGN: {
    status: 500,
    retry: false,
    message:
      'Cannot read {path}: it was not written by this version; start the one that wrote it, or move its folder away',
  },
  PROMQL_PARAMETER_INVALID: {
    status: 400,
    retry: false,
    message: 'invalid parameter "{parameter}": {reason}',
  },
  PROMQL_TOO_MANY_SAMPLES: {
    status: 422,
    retry: false,
    message:
      'query processing would load too many samples into memory in query execution: over {limit}; narrow the selectors or the range',
  },
  PROMQLTEST_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot read the script: {reason}',
  },
  PROMQL_WRITE_MALFORMED: {
    status: 400,
    retry: false,
    message: 'Cannot read the write request: {reason}',
  },
  PROMQL_WRITE_REFUSED: {
    status: 400,
    retry: false,
    message: 'Cannot store all samples: {taken} were stored, refused were {reasons}',
  },
  PROMQL_WRITE_UNSUPPORTED: {
    status: 415,
    retry: false,
    message: 'Cannot read the write request: "{type}" is not supported; send remote_write 1.0',
  },
  RULE_EXPLAIN_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot explain: {parameter} is "{given}"; write {wanted}',
  },
  RULE_FILE_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot load rules: {where}: {reason}',
  },
  RULE_UNKNOWN: {
    status: 404,
    retry: false,
    message: 'Cannot explain "{rule}": there is no such rule; /api/v1/rules lists all',
  },
} as const satisfies Record<string, FaultKind>
