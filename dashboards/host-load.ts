/** Use and saturation of a host, as one series a host; of a silent one nothing is known. */
import { ofHost } from './select.ts'
import { unlessSilent } from './silence.ts'

const by = 'by (cluster, instance)'
/** Cards, not what is built on them. */
export const ofCards = `device!~"(lo|veth|docker|virbr|tap|ifb|cali|cni|br-).*",${ofHost}`

export const rate = (counter: string, of = ofHost) =>
  `rate(node_${counter}{${of}}[$__rate_interval])`

export const processors = unlessSilent(
  `1 - avg ${by} (${rate('cpu_seconds_total', `mode="idle",${ofHost}`)})`,
)
export const memoryFree = unlessSilent(
  `max ${by} (node_memory_MemAvailable_bytes{${ofHost}}) ` +
    `/ max ${by} (node_memory_MemTotal_bytes{${ofHost}})`,
)
export const stalled = (what: 'cpu' | 'io' | 'memory') => {
  const kind = what === 'cpu' ? 'waiting' : 'stalled'
  return unlessSilent(`max ${by} (${rate(`pressure_${what}_${kind}_seconds_total`)})`)
}

const speed = `(node_network_speed_bytes{${ofCards}} > 0)`
export const linkUse = (direction: 'receive' | 'transmit') =>
  unlessSilent(`${rate(`network_${direction}_bytes_total`, ofCards)} / ${speed}`)

const [into, out] = [linkUse('receive'), linkUse('transmit')]
/** Of the busier direction. */
export const busierUse = `((${into}) >= (${out}) or (${out}))`

const both = (what: string) =>
  `(${rate(`network_receive_${what}_total`, ofCards)} + ${rate(`network_transmit_${what}_total`, ofCards)})`
/** Of frames that were broken, as the alert counts them. */
export const linkErrors = `${both('errs')} / (${both('packets')} > 0)`
export const linkDrops = unlessSilent(both('drop'))

const sort = 'fstype!~"tmpfs|ramfs"'
export const filesystemFree = unlessSilent(
  `node_filesystem_avail_bytes{${sort},${ofHost}} ` +
    `/ (node_filesystem_size_bytes{${sort},${ofHost}} > 0)`,
)
export const retransmits =
  `max ${by} (${rate('netstat_Tcp_RetransSegs')}) ` +
  `/ (max ${by} (${rate('netstat_Tcp_OutSegs')}) > 0)`
