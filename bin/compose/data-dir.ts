/** A folder that this process alone uses, for as long as it runs. */
import { lockFolder as lock } from '#lib/lock'

export function lockFolder(path: string, flag: string, stack: AsyncDisposableStack): void {
  const held = lock({ path, flag })
  stack.defer(() => held.release())
}
