/** Links and cards of all hosts: which are slow, lossy, or not as they should be. */
import { board } from '../board.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { goodOrPoor, states, words } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import {
  busierUse,
  linkDrops,
  linkErrors,
  linkUse,
  ofCards,
  rate,
  retransmits,
} from '../host-load.ts'
import { anyOf, limits } from '../limits.ts'
import { ofHost } from '../select.ts'
import { unlessSilent } from '../silence.ts'
import { top } from '../top.ts'

const legend = '{{instance}} {{device}}'
const by = 'by (cluster, instance, device)'

const highlights = [
  figure({
    title: 'Links up',
    description: 'Links of cards that have a carrier.',
    unit: 'short',
    expr: `sum(node_network_carrier{${ofCards}})`,
    leadsTo: 'stor-hosts',
  }),
  figure({
    title: 'Slower than expected',
    description: 'Links below what the port supports, or what was set with --nic.speed-expected.',
    unit: 'short',
    expr: `sum(zstone_nic_speed_below_expected{${ofHost}})`,
    limit: anyOf('NetworkLinkSlow'),
    empty: 'not known',
  }),
  figure({
    title: 'Bonds degraded',
    description: 'Bonds that work with fewer links than they have: the next loss is the last.',
    unit: 'short',
    expr: `sum(node_bonding_active{${ofHost}} < bool node_bonding_slaves{${ofHost}})`,
    limit: anyOf('NetworkBondDegraded'),
    empty: 'no bonds',
  }),
  figure({
    title: 'Busiest link',
    description: 'Share of its speed that is used, in one direction.',
    unit: 'percentunit',
    expr: `max(${busierUse})`,
    limit: limits.networkUse,
  }),
  figure({
    title: 'Broken frames',
    description: 'Share of the frames on the worst link.',
    unit: 'percentunit',
    decimals: 3,
    expr: `max(${linkErrors})`,
    limit: limits.networkErrors,
  }),
  figure({
    title: 'Sent again',
    description: 'Share of TCP segments that the worst host had to send again.',
    unit: 'percentunit',
    decimals: 3,
    expr: `max(${retransmits})`,
    leadsTo: 'stor-hosts',
  }),
  table({
    title: 'Links, slow and lossy ones first',
    description:
      'Speed, expectation and what is at the other end. Of a silent host only what was is known.',
    labels: { instance: 'Host', device: 'Device', chassis: 'Switch', port: 'Port' },
    columns: [
      {
        expr: `max by (cluster, instance, device, chassis, port) (zstone_nic_neighbour_info{${ofHost}})`,
      },
      {
        title: 'Carrier',
        expr: unlessSilent(`max ${by} (node_network_carrier{${ofCards}})`),
        unit: 'none',
        words: goodOrPoor('none', 'up'),
        limit: { alert: 'NodeNetworkErrors', warnBelow: 1 },
      },
      {
        title: 'Speed',
        expr: `8 * max ${by} (node_network_speed_bytes{${ofCards}} > 0)`,
        unit: 'bps',
      },
      {
        title: 'Expected',
        expr: `8 * max ${by} (zstone_nic_speed_expected_bytes{${ofHost}})`,
        unit: 'bps',
      },
      {
        title: 'Speed is',
        expr: unlessSilent(`max ${by} (zstone_nic_speed_below_expected{${ofHost}})`),
        unit: 'none',
        words: words([0, 'as it should', 'green'], [1, 'too slow', 'orange']),
        limit: anyOf('NetworkLinkSlow'),
      },
      { title: 'MTU', expr: `max ${by} (node_network_mtu_bytes{${ofCards}})`, unit: 'none' },
      { title: 'In', expr: `max ${by} (${linkUse('receive')})`, unit: 'percentunit' },
      { title: 'Out', expr: `max ${by} (${linkUse('transmit')})`, unit: 'percentunit' },
      {
        title: 'Broken',
        expr: `max ${by} (${linkErrors})`,
        unit: 'percentunit',
        decimals: 3,
        limit: limits.networkErrors,
      },
    ],
    order: `max ${by} (zstone_nic_speed_below_expected{${ofHost}}) + max ${by} (${linkErrors}) or max ${by} (${linkErrors}) or 0 * max ${by} (node_network_carrier{${ofCards}})`,
    of: 'host',
    leadsTo: 'stor-hosts',
    height: 12,
  }),
]

const traffic = (['receive', 'transmit'] as const).flatMap((direction) => {
  const title = direction === 'receive' ? 'In' : 'Out'
  return [
    course({
      title,
      description: `Bytes per second, ${title.toLowerCase()}, of the busiest links.`,
      unit: 'Bps',
      expr: top(unlessSilent(rate(`network_${direction}_bytes_total`, ofCards))),
      legend,
      leadsTo: 'stor-hosts',
    }),
    course({
      title: `${title}, share of the link`,
      description: 'A link that stays above four fifths delays what comes in bursts.',
      unit: 'percentunit',
      expr: top(linkUse(direction)),
      legend,
      limit: limits.networkUse,
    }),
  ]
})

const losses = [
  course({
    title: 'Broken frames',
    description: 'Share of the frames; mostly a cable, a transceiver or a port of the switch.',
    unit: 'percentunit',
    softMax: 0.002,
    expr: top(linkErrors),
    legend,
    limit: limits.networkErrors,
  }),
  course({
    title: 'Lost on reception, by whom',
    description:
      'Hardware: no room in the card. Software: the kernel had no time or no use for it.',
    unit: 'count:p/s',
    expr: top(unlessSilent(`rate(zstone_nic_receive_drops_total{${ofHost}}[$__rate_interval])`)),
    legend: `${legend} {{by}}`,
    limit: { alert: 'NetworkDropsHardware' },
    empty: 'drivers do not say',
  }),
  course({
    title: 'Dropped frames',
    description: 'As the kernel counts them, in and out.',
    unit: 'count:p/s',
    expr: top(linkDrops),
    legend,
    leadsTo: 'stor-hosts',
  }),
  course({
    title: 'Queues of listening sockets ran over',
    description: 'Connections that were refused because a server was too slow to take them.',
    unit: 'ops',
    expr: top(unlessSilent(rate('netstat_TcpExt_ListenOverflows'))),
    legend: '{{instance}}',
    of: 'host',
    leadsTo: 'stor-hosts',
  }),
  course({
    title: 'Packets that a processor had no time for',
    description: 'Dropped by softnet, and rounds of it that ended before the work did.',
    unit: 'count:p/s',
    expr: [
      {
        expr: top(unlessSilent(`sum by (cluster, instance) (${rate('softnet_dropped_total')})`)),
        legend: '{{instance}} dropped',
      },
      {
        expr: top(
          unlessSilent(`sum by (cluster, instance) (${rate('softnet_times_squeezed_total')})`),
        ),
        legend: '{{instance}} squeezed',
      },
    ],
    of: 'host',
    leadsTo: 'stor-hosts',
  }),
]

/** 1: all of its members work. */
const bond =
  'min by (cluster, instance, master) ' +
  `(node_bonding_active{${ofHost}} == bool node_bonding_slaves{${ofHost}})`

const bonds = [
  states({
    title: 'Bonds',
    description: 'Bonds with a member that did not work; the others are left out.',
    expr: `${bond} and (min_over_time((${bond})[$__range:$__rate_interval] @ end()) == 0)`,
    legend: '{{instance}} {{master}}',
    words: goodOrPoor('a member is missing', 'whole'),
    limit: { alert: 'NetworkBondDegraded' },
    empty: 'all are whole',
  }),
  table({
    title: 'Packet sizes',
    description:
      'More than one row among links of one network: large packets are lost between them.',
    labels: { mtu: 'MTU' },
    columns: [
      {
        title: 'Links',
        expr: `count_values by (cluster) ("mtu", node_network_mtu_bytes{${ofCards}})`,
      },
    ],
    sortBy: 'Links',
    span: 12,
    limit: { alert: 'NetworkMtuMismatch' },
  }),
]

const modules = [
  table({
    title: 'Modules',
    description: 'Transceivers: who they are, how hot, and how much light arrives.',
    labels: {
      instance: 'Host',
      device: 'Device',
      vendor: 'Vendor',
      part: 'Part',
      serial: 'Serial',
    },
    columns: [
      {
        expr: `max by (cluster, instance, device, vendor, part, serial) (zstone_nic_module_info{${ofHost}})`,
      },
      {
        title: 'Heat',
        expr: `max ${by} (zstone_nic_module_temperature_celsius{${ofHost}})`,
        unit: 'celsius',
      },
      {
        title: 'Least light in, dBm',
        expr: `10 * log10(1000 * min ${by} (zstone_nic_module_receive_power_watts{${ofHost}}))`,
        unit: 'none',
      },
      {
        title: 'Flags raised',
        expr: `sum ${by} (zstone_nic_module_flags{${ofHost}})`,
        limit: anyOf('NetworkModuleAlarm'),
      },
    ],
    sortBy: 'Flags raised',
    of: 'host',
    empty: 'no modules that speak',
    leadsTo: 'stor-hosts',
  }),
  course({
    title: 'InfiniBand and RoCE, sent and received',
    description: 'Bytes per second of RDMA ports, which the kernel’s own counters do not see.',
    unit: 'Bps',
    expr: [
      {
        expr: top(unlessSilent(rate('infiniband_port_data_received_bytes_total'))),
        legend: `${legend} {{port}} in`,
      },
      {
        expr: top(unlessSilent(rate('infiniband_port_data_transmitted_bytes_total'))),
        legend: `${legend} {{port}} out`,
      },
    ],
    empty: 'no RDMA',
    leadsTo: 'stor-hosts',
  }),
]

export const networkBoard = () =>
  board({
    uid: 'stor-network',
    title: 'Network',
    description: 'Links and cards of all hosts: which are slow, lossy, or not as they should be.',
    variables: ['host', 'topk'],
    rows: {
      Highlights: highlights,
      Traffic: traffic,
      Losses: losses,
      'Bonds and sizes': bonds,
      'Modules and RDMA': modules,
    },
  })
