/** Patience with an end: what takes too long is given up, though it may still happen later. */
import type { Clock } from './clock.ts'
import { faultsOf } from './errors.ts'

const timeoutFault = faultsOf({
  TIMED_OUT: {
    status: 504,
    retry: true,
    message: 'Cannot {what}: no answer after {afterMs} ms',
  },
})

export interface Patience {
  readonly clock: Clock
  readonly afterMs: number
  /** What is waited for, for the error: `add to queue "flush"`. */
  readonly what: string
}

/** What `promise` gives, or the fault `TIMED_OUT`. */
export function within<T>({ clock, afterMs, what }: Patience, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(afterMs, () => reject(timeoutFault('TIMED_OUT', { what, afterMs })))
    promise.then(resolve, reject).finally(() => timer.cancel())
  })
}
