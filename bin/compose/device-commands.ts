/** `--device-commands`: other programs in place of smartctl, nvme, ethtool, ipmitool and so on. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { prepareReplay } from '#collectors'
import { optionalText } from '#lib/config'

export const deviceCommands = optionalText({
  name: 'device-commands',
  help:
    'Folder of programs that stand for smartctl, nvme, ethtool, ipmitool and others, or of ' +
    'recordings with a manifest.json that says which to replay; absent: the real ones.',
})

/** Puts them first on the PATH, where every program is looked for that has no path of its own. */
export async function openDeviceCommands(
  folder: string | undefined,
  stack: AsyncDisposableStack,
): Promise<void> {
  if (folder === undefined) return
  const into = await mkdtemp(join(tmpdir(), 'zstnlet-commands-'))
  stack.defer(() => rm(into, { recursive: true, force: true }))
  const first = prepareReplay(folder, into)
  process.env['PATH'] = [...first, process.env['PATH'] ?? ''].join(delimiter)
}
