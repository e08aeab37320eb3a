/** What this node asks of NFS servers: /proc/net/rpc/nfs. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies } from '../families.ts'
import type { Files } from '../files.ts'
import { addCalls, parseRpc, version2, version3 } from './rpc.ts'

const of = 'node_nfs'
const packets = counter(`${of}_packets_total`, 'Packets, by what carries them.')
const connections = counter(`${of}_connections_total`, 'Connections over TCP.')
const calls = counter(`${of}_rpcs_total`, 'Calls.')
const again = counter(`${of}_rpc_retransmissions_total`, 'Calls sent again.')
const refreshed = counter(`${of}_rpc_authentication_refreshes_total`, 'Credentials renewed.')
const requests = counter(`${of}_requests_total`, 'Requests, by version and method.')

const version4 =
  'Null Read Write Commit Open OpenConfirm OpenNoattr OpenDowngrade Close Setattr FsInfo Renew ' +
  'SetClientID SetClientIDConfirm Lock Lockt Locku Access Getattr Lookup LookupRoot Remove ' +
  'Rename Link Symlink Create Pathconf StatFs ReadLink ReadDir ServerCaps DelegReturn GetACL ' +
  'SetACL FsLocations ReleaseLockowner Secinfo FsidPresent ExchangeID CreateSession ' +
  'DestroySession Sequence GetLeaseTime ReclaimComplete LayoutGet GetDeviceInfo LayoutCommit ' +
  'LayoutReturn SecinfoNoName TestStateID FreeStateID GetDeviceList BindConnToSession ' +
  'DestroyClientID Seek Allocate DeAllocate LayoutStats Clone'

export function createNfs({ files }: { files: Pick<Files, 'readIfPresent'> }): Collector {
  return {
    name: 'nfs',
    collect() {
      const families = createFamilies()
      const line = parseRpc(files.readIfPresent('/proc/net/rpc/nfs'))
      families.add(packets, { protocol: 'udp' }, line('net')?.[1])
      families.add(packets, { protocol: 'tcp' }, line('net')?.[2])
      families.add(connections, {}, line('net')?.[3])
      families.add(calls, {}, line('rpc')?.[0])
      families.add(again, {}, line('rpc')?.[1])
      families.add(refreshed, {}, line('rpc')?.[2])
      addCalls(families, requests, { proto: '2', methods: version2, counts: line('proc2') })
      addCalls(families, requests, { proto: '3', methods: version3, counts: line('proc3') })
      addCalls(families, requests, { proto: '4', methods: version4, counts: line('proc4') })
      return families.list()
    },
  }
}
