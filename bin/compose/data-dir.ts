/** A folder that this process alone uses, for as long as it runs. */
import { lockFolder as lock } from '#lib/lock'

export async function lockFolder(
  path: string,
  flag: string,
  stack: AsyncDisposableStack,
): Promise<void> {
  const held = await lock({ path, flag })
  stack.defer(() => held.release())
}
