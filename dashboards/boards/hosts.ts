/** All hosts by use, saturation and errors: which is short of what. */
import { board } from '../board.ts'
import { ofAll, queue, use } from '../disk-load.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { states } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { healthLimit, healthWords, hostHealth } from '../health.ts'
import {
  busierUse,
  filesystemFree,
  linkErrors,
  memoryFree,
  processors,
  stalled,
} from '../host-load.ts'
import { anyBad, type Limit, limits } from '../limits.ts'
import { ofHost } from '../select.ts'
import { age, ageColumn } from '../silence.ts'
import { bottom, top } from '../top.ts'

const by = 'by (cluster, instance)'
const diskUse = `max ${by} (${use(ofAll)})`

const highlights = [
  figure({
    title: 'Hosts',
    description: 'Hosts that ever said something to this pushgateway.',
    unit: 'short',
    expr: `count(zstone_agent_info{${ofHost}})`,
    leadsTo: 'stor-pipeline',
  }),
  figure({
    title: 'Silent',
    description: 'Hosts of which all that is shown is old. Look at the agent, then the network.',
    unit: 'short',
    expr: `sum(${age} > bool 60)`,
    limit: anyBad('NodeSilent'),
  }),
  figure({
    title: 'Busiest processors',
    description: 'Share of processor time that is used on the busiest host.',
    unit: 'percentunit',
    expr: `max(${processors})`,
    leadsTo: 'stor-host',
  }),
  figure({
    title: 'Least memory free',
    description: 'Share of memory that is available on the host that has least.',
    unit: 'percentunit',
    expr: `min(${memoryFree})`,
    limit: limits.memoryAvailable,
  }),
  figure({
    title: 'Least space free',
    description: 'Share that is free on the fullest file system of all hosts.',
    unit: 'percentunit',
    expr: `min(${filesystemFree})`,
    limit: limits.filesystemFree,
    leadsTo: 'stor-capacity',
  }),
  figure({
    title: 'Read-only',
    description: 'File systems that are read-only: the kernel does that after errors.',
    unit: 'short',
    expr: `sum(node_filesystem_readonly{fstype!~"tmpfs|ramfs|squashfs|iso9660",${ofHost}})`,
    limit: anyBad('NodeFilesystemReadOnly'),
  }),
  table({
    title: 'Hosts',
    description: 'Use, saturation and errors side by side; of a silent host only the age is known.',
    labels: { instance: 'Host' },
    columns: [
      { title: 'Health', expr: hostHealth, unit: 'none', words: healthWords, limit: healthLimit },
      { title: 'CPU', expr: processors, unit: 'percentunit' },
      {
        title: 'CPU waits',
        expr: stalled('cpu'),
        unit: 'percentunit',
        limit: limits.processorsWaitedFor,
      },
      {
        title: 'Memory free',
        expr: memoryFree,
        unit: 'percentunit',
        limit: limits.memoryAvailable,
      },
      { title: 'Disk busy', expr: diskUse, unit: 'percentunit' },
      {
        title: 'Disk stalls',
        expr: stalled('io'),
        unit: 'percentunit',
        limit: limits.stalledForDisks,
      },
      {
        title: 'Network',
        expr: `max ${by} (${busierUse})`,
        unit: 'percentunit',
        limit: limits.networkUse,
      },
      {
        title: 'Bad frames',
        expr: `max ${by} (${linkErrors})`,
        unit: 'percentunit',
        decimals: 3,
        limit: limits.networkErrors,
      },
      {
        title: 'Space free',
        expr: `min ${by} (${filesystemFree})`,
        unit: 'percentunit',
        limit: limits.filesystemFree,
      },
      ageColumn(),
    ],
    sortBy: 'Health',
    of: 'host',
    leadsTo: 'stor-network',
    height: 10,
  }),
]

const share = (plan: { title: string; description: string; expr: string; limit?: Limit }) =>
  course({
    ...plan,
    unit: 'percentunit',
    expr: top(plan.expr),
    legend: '{{instance}}',
    of: 'host',
  })

const processorRow = [
  share({ title: 'Processors', description: 'Share of processor time in use.', expr: processors }),
  share({
    title: 'Waiting for a processor',
    description: 'Share of time in which something was ready to run and did not.',
    expr: stalled('cpu'),
    limit: limits.processorsWaitedFor,
  }),
]

const memoryRow = [
  course({
    title: 'Memory available',
    description: 'The hosts that have least. Under a twentieth the kernel ends processes.',
    unit: 'percentunit',
    expr: bottom(memoryFree),
    legend: '{{instance}}',
    limit: limits.memoryAvailable,
    of: 'host',
  }),
  course({
    title: 'Stalled for memory',
    description: 'Share of time in which nothing made progress for want of memory.',
    unit: 'percentunit',
    expr: top(stalled('memory')),
    legend: '{{instance}}',
    limit: limits.memoryStalled,
    of: 'host',
  }),
]

const diskRow = [
  share({
    title: 'Busiest disk of each host',
    description: 'Share of time with something under way.',
    expr: diskUse,
  }),
  share({
    title: 'Stalled for disks',
    description: 'Share of time in which nothing made progress for want of IO.',
    expr: stalled('io'),
    limit: limits.stalledForDisks,
  }),
  course({
    title: 'Queues of disks',
    description: 'Requests that wait or are under way, of all disks of a host.',
    unit: 'short',
    expr: top(`sum ${by} (${queue(ofAll)})`),
    legend: '{{instance}}',
    of: 'host',
    leadsTo: 'stor-disks',
  }),
]

const over = [
  states({
    title: 'Health over time',
    description: 'The worst alert of each host.',
    expr: hostHealth,
    legend: '{{instance}}',
    words: healthWords,
    span: 24,
    of: 'host',
    leadsTo: 'stor-alerts',
  }),
]

const versions = [
  table({
    title: 'Kernels and systems',
    description: 'What runs on each host. More than one kernel: an upgrade is half done.',
    labels: { instance: 'Host', release: 'Kernel', pretty_name: 'System', bios_version: 'BIOS' },
    columns: [
      { expr: `max by (cluster, instance, release) (node_uname_info{${ofHost}})` },
      { expr: `max by (cluster, instance, pretty_name) (node_os_info{${ofHost}})` },
      { expr: `max by (cluster, instance, bios_version) (node_dmi_info{${ofHost}})` },
      {
        title: 'Up for',
        expr: `time() - max ${by} (node_boot_time_seconds{${ofHost}})`,
        unit: 's',
      },
    ],
    sortBy: '-Up for',
    height: 10,
    of: 'host',
    leadsTo: 'stor-hardware',
  }),
]

export const hostsBoard = () =>
  board({
    uid: 'stor-hosts',
    title: 'Hosts',
    description: 'All hosts by use, saturation and errors: which is short of what.',
    variables: ['host', 'topk'],
    rows: {
      Highlights: highlights,
      Health: over,
      Processors: processorRow,
      Memory: memoryRow,
      Disks: diskRow,
      Versions: versions,
    },
  })
