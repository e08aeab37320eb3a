/** Of resources, jobs and the API. */
import type { FaultKind } from '#lib/errors'

export const masterFaults = {
  BODY_INVALID: {
    status: 400,
    retry: false,
    message: 'Cannot {what}: {reason}',
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
  METHOD_NOT_ALLOWED: {
    status: 405,
    retry: false,
    message: 'Cannot {method} {path}: it answers {allowed} only',
  },
  POOL_UNSOUND: {
    status: 500,
    retry: true,
    message:
      'Cannot prove pool "{pool}": of its copies {missing} are missing, {corrupt} corrupt, {misplaced} misplaced, {misversioned} of another version; let recovery end and verify again',
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
} as const satisfies Record<string, FaultKind>
