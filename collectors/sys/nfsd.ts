/** What this node serves over NFS: /proc/net/rpc/nfsd. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { addCalls, parseRpc, version2, version3 } from './rpc.ts'

const of = 'node_nfsd'
/** A line, the place of a number in it, and its metric. */
const numbers = [
  ['rc', 0, counter(`${of}_reply_cache_hits_total`, 'Answers that were given again.')],
  ['rc', 1, counter(`${of}_reply_cache_misses_total`, 'Answers that were new.')],
  ['rc', 2, counter(`${of}_reply_cache_nocache_total`, 'Requests that may run twice.')],
  ['fh', 0, counter(`${of}_file_handles_stale_total`, 'Handles of files that are gone.')],
  ['io', 0, counter(`${of}_disk_bytes_read_total`, 'Bytes read.')],
  ['io', 1, counter(`${of}_disk_bytes_written_total`, 'Bytes written.')],
  ['th', 0, gauge(`${of}_server_threads`, 'Threads that serve.')],
  ['ra', 0, gauge(`${of}_read_ahead_cache_size_blocks`, 'Size of the cache of reads ahead.')],
  ['ra', 11, counter(`${of}_read_ahead_cache_not_found_total`, 'Misses of that cache.')],
  ['net', 3, counter(`${of}_connections_total`, 'Connections over TCP.')],
  ['rpc', 0, counter(`${of}_server_rpcs_total`, 'Calls.')],
] as const
const packets = counter(`${of}_packets_total`, 'Packets, by what carries them.')
const errors = counter(`${of}_rpc_errors_total`, 'Calls refused, by reason.')
const requests = counter(`${of}_requests_total`, 'Requests, by version and method.')

/** `-`: a place without a method. */
const version4 =
  '- - - Access Close Commit Create DelegPurge DelegReturn GetAttr GetFH Link Lock Lockt Locku ' +
  'Lookup LookupRoot Nverify Open OpenAttr OpenConfirm OpenDgrd PutFH - - Read ReadDir ReadLink ' +
  'Remove Rename Renew RestoreFH SaveFH SecInfo SetAttr Verify Write RelLockOwner'

export function createNfsd({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'nfsd',
    collect() {
      const families = createFamilies()
      const line = parseRpc(files.readIfPresent('/proc/net/rpc/nfsd'))
      for (const [name, place, metric] of numbers) families.add(metric, {}, line(name)?.[place])
      families.add(packets, { proto: 'udp' }, line('net')?.[1])
      families.add(packets, { proto: 'tcp' }, line('net')?.[2])
      for (const [i, error] of ['fmt', 'auth', 'cInt'].entries())
        families.add(errors, { error }, line('rpc')?.[2 + i])
      // It has no call Null to count.
      const [two, three] = [version2, version3].map((methods) => methods.replace('Null', '-'))
      addCalls(families, requests, { proto: '2', methods: two, counts: line('proc2') })
      addCalls(families, requests, { proto: '3', methods: three, counts: line('proc3') })
      addCalls(families, requests, { proto: '4', methods: version4, counts: line('proc4ops') })
      return families.list()
    },
  }
}
