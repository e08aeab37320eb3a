/** The catalogue of expected errors: `throw fault('POOL_NOT_EMPTY', { pool, objectCount })`. */
import { faultsOf } from '#lib/errors'

/**
 * Messages follow one grammar: verb and thing, colon, the state as it is, and what would be right.
 * A code is a promise: it is never renamed. Keep the list sorted by code.
 */
export const fault = faultsOf({
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
  ALERT_QUEUE_FULL: {
    status: 429,
    retry: true,
    message: 'Cannot take {name}: {waitingMax} already wait for the store; try again later',
  },
  BODY_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot {what}: {reason}',
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
  DEVICE_WITHOUT_DATA_DISK: {
    status: 409,
    retry: true,
    message: 'Cannot drain device {device}: the engine has no data disk on it',
  },
  DRAIN_REFUSED: {
    status: 409,
    retry: true,
    message: 'Cannot drain device {device}: {reasons}; add capacity or mend other devices first',
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
      'Cannot open the engine: none of its {all} data disks holds engine {engineId}; mount them, or open without an engine id to create one',
  },
  ENGINE_NO_QUORUM: {
    status: 503,
    retry: true,
    message:
      'Cannot decide on the map: {answering} of {all} data disks answer, {needed} are needed; bring the others back',
  },
  JOB_CANCELLED: {
    status: 409,
    retry: true,
    message: 'Cannot finish job "{workflow}": it was cancelled; what it did is undone',
  },
  JOB_FINISHED: {
    status: 409,
    retry: false,
    message: 'Cannot cancel job {id}: it has {state} already',
  },
  JOB_ID_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot start a job: X-Job-UUID "{given}" is no UUID; send 32 hex digits',
  },
  JOB_ID_TAKEN: {
    status: 409,
    retry: false,
    message: 'Cannot start job {id}: that id belongs to another request; choose a new X-Job-UUID',
  },
  JOB_PAST_RETURN: {
    status: 409,
    retry: false,
    message:
      'Cannot cancel job {id}: step "{step}" has begun, after which it only goes forward; let it finish',
  },
  JOB_UNDER_WAY: {
    status: 409,
    retry: true,
    message:
      'Cannot {workflow}: job {id} works on {subject} already, with other input; wait for it or cancel it',
  },
  JOB_WORKFLOW_UNKNOWN: {
    status: 500,
    retry: true,
    message:
      'Cannot run job {id}: this program has no workflow "{workflow}"; start the version that has it',
  },
  MAILBOX_DISK_REFUSED: {
    status: 500,
    retry: true,
    message: 'Cannot keep the mail: the disk refuses it ({reason}); make room and send it again',
  },
  MAILBOX_FOLDER_UNUSABLE: {
    status: 500,
    retry: false,
    message: 'Cannot open the mailbox in {folder}: {reason}; let this user read and write there',
  },
  MAIL_TOO_LARGE: {
    status: 413,
    retry: false,
    message: 'Cannot keep the mail: it is over {limitBytes} bytes',
  },
  MAIL_UNKNOWN: {
    status: 404,
    retry: false,
    message: 'Cannot show mail {id}: none is kept under it; /mail lists those that are',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retry: false,
    message: 'Cannot {method} {path}: it answers {allowed} only',
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
  PUSHGATEWAY_FORMAT_ABSENT: {
    status: 415,
    retry: false,
    message: 'Cannot take push: {given} is not understood; send {instead}',
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
  PUSHGATEWAY_TEXT_MALFORMED: {
    status: 400,
    retry: false,
    message: 'text format parsing error in line {line}: {reason}',
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
  QUERY_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot query {plural}: {reason}',
  },
  REDUNDANCY_NOT_PROVED: {
    status: 500,
    retry: true,
    message:
      'Cannot take data disk {dataDisk} out: {found} after {tries} checks; mend the other data disks and drain again',
  },
  RESOURCE_UNKNOWN: {
    status: 404,
    retry: false,
    message: 'Cannot find {kind} {id}: there is none; list them with GET /v1/{plural}',
  },
  ROUTE_UNKNOWN: {
    status: 404,
    retry: false,
    message: 'Cannot {method} {path}: there is no such route; /v1/openapi.json lists all',
  },
  RULE_FILE_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot load rules: {where}: {reason}',
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
  SMARTCTL_MISSING: {
    status: 500,
    retry: false,
    message:
      'Cannot read SMART: there is no program {path}; install smartmontools 7 or set its path',
  },
  STEP_DEADLINE: {
    status: 504,
    retry: true,
    message:
      'Cannot finish step "{step}": it is not done after {limit}; find out what holds it and start again',
  },
  TOKEN_WRONG: {
    status: 401,
    retry: false,
    message: 'Cannot answer: {found}; send "Authorization: Bearer <token>"',
  },
})

export type FaultCode = Parameters<typeof fault>[0]
