/** Of PromQL and rule files. */
import type { FaultKind } from '#lib/errors'

export const judgingFaults = {
  PROMQL_EXECUTION: {
    status: 422,
    retry: false,
    message: '{reason}',
  },
  PROMQL_EXPOSITION_INVALID: {
    status: 502,
    retry: true,
    message: 'Cannot read the exposition: line {line}: {reason}',
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
  PROMQL_SCRAPE_CONFIG_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot use scrape configuration {where}: {reason}',
  },
  PROMQL_SCRAPE_FAILED: {
    status: 502,
    retry: true,
    message: '{reason}',
  },
  PROMQL_SCRAPE_REFUSED: {
    status: 502,
    retry: true,
    message: '{reason}',
  },
  PROMQL_TIMED_OUT: {
    status: 503,
    retry: true,
    message:
      'query timed out in expression evaluation: it may take {timeout}; narrow the selectors or the range',
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
  REPLAY_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot replay: {parameter} is "{given}"; write {wanted}',
  },
  REPLAY_RULES_UNKNOWN: {
    status: 400,
    retry: false,
    message:
      'Cannot replay: {source} does not say which rules it runs: {reason}; name their files with --rules',
  },
  REPLAY_SOURCE_REFUSED: {
    status: 400,
    retry: false,
    message: 'Cannot replay "{expr}": {source} refuses it: {reason}',
  },
  REPLAY_SOURCE_SILENT: {
    status: 503,
    retry: true,
    message: 'Cannot replay: {source} {reason}',
  },
  REPLAY_TOO_LARGE: {
    status: 400,
    retry: false,
    message: 'Cannot replay: {what} are over {limit}; ask for less time with --from',
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
  RULE_TEST_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot read {where}: {reason}',
  },
  RULE_UNKNOWN: {
    status: 404,
    retry: false,
    message: 'Cannot explain "{rule}": there is no such rule; {remedy}',
  },
} as const satisfies Record<string, FaultKind>
