/** Bluetooth stacks may forget to answer: nothing waits for them for ever. */
import type { Clock } from '../../signal/index.ts'

/** What the promise gives, or `otherwise()` thrown after so many seconds. */
export function within<T>(
  clock: Clock,
  seconds: number,
  promise: Promise<T>,
  otherwise: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(seconds, () => reject(otherwise()))
    promise.then(resolve, reject).finally(cancel)
  })
}
