/** Where the ticks of a lone agent go that its pushgateway missed. */
import {
  type AgentOptions,
  type agentSettings,
  createHistory,
  openReceiver,
  openSpool,
} from '#agent'
import { configFault, type Values } from '#lib/config'
import { realDisk } from '#lib/disk'
import type { AgentWorld } from './agent-world.ts'
import { lockFolder } from './data-dir.ts'
import { version } from './program.ts'

type HistorySettings = Values<ReturnType<typeof agentSettings>>

/** Undefined: nobody set a place for them. */
export async function openHistory(
  settings: HistorySettings,
  world: AgentWorld,
  stack: AsyncDisposableStack,
): Promise<AgentOptions['history']> {
  const { remoteWriteUrl: url, spoolDir: folder, instance } = settings
  if (folder === undefined) {
    if (url === undefined) return undefined
    throw configFault('CONFIG_INVALID', {
      where: 'flag --remote-write.url',
      reason: 'ticks need a place to wait while it is away; set --spool.dir',
    })
  }
  await lockFolder(folder, '--spool.dir', stack)
  const spool = await openSpool({
    ...world,
    disk: realDisk,
    folder,
    sizeBytesMax: settings.spoolSizeMax,
    ageMsMax: settings.spoolAgeMsMax,
  })
  const history = createHistory({
    ...world,
    spool,
    receiver: url === undefined ? undefined : openReceiver({ url, instance, version }),
    perSecond: settings.spoolPace,
    patienceMs: Math.min(10_000, Math.max(1000, settings.intervalMs)),
  })
  return { ...history, wants: settings.remoteWriteTicks }
}
