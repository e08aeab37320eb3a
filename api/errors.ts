/** The catalogue of expected errors: `throw fault('POOL_NOT_EMPTY', { pool, objectCount })`. */
import { faultsOf } from '#lib/errors'

/**
 * Messages follow one grammar: verb and thing, colon, the state as it is, and what would be right.
 * A code is a promise: it is never renamed. Keep the list sorted by code.
 */
export const fault = faultsOf({
  DATA_DIR_IN_USE: {
    status: 500,
    retry: true,
    message:
      'Cannot open data directory {path}: process {pid} uses it; stop that one or set another with --data-dir',
  },
  DATA_DIR_UNWRITABLE: {
    status: 500,
    retry: false,
    message:
      'Cannot open data directory {path}: {reason}; make it writable or set another with --data-dir',
  },
})
