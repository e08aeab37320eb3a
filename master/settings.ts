/** Settings of the control plane; defaults suit one machine. */
import { duration, flag, whole } from '#lib/config'

export const masterSettings = {
  drain: {
    lookEvery: duration({
      name: 'look-every',
      default: '1s',
      help: 'How often a drain looks how far its data is.',
    }),
    proofsMax: whole({
      name: 'proofs-max',
      default: 60,
      least: 1,
      help: 'How often a drain tries to prove redundancy before it puts the device back.',
    }),
    timeout: duration({
      name: 'timeout',
      default: '3d',
      help: 'How long the data of a device may take to move before the drain is undone.',
    }),
  },
  jobs: {
    concurrency: whole({
      name: 'concurrency',
      default: 8,
      least: 1,
      most: 1000,
      help: 'How many jobs one master works on at once.',
    }),
    lease: duration({
      name: 'lease',
      default: '5s',
      help: 'How long after the death of a master its jobs are taken over by another.',
    }),
    resumeEvery: duration({
      name: 'resume-every',
      default: '1s',
      help: 'How often jobs are looked for whose wake-up was lost.',
    }),
    retention: duration({
      name: 'retention',
      default: '30d',
      help: 'How long finished jobs and resolved alerts are kept.',
    }),
    retryFirst: duration({
      name: 'retry-first',
      default: '1s',
      help: 'The pause after the first failure of a step that is tried again; it doubles.',
    }),
    retryMax: duration({
      name: 'retry-max',
      default: '5m',
      help: 'The longest pause between two tries of a step.',
    }),
    stepDeadline: duration({
      name: 'step-deadline',
      default: '15m',
      help: 'How long a step may take that has no limit of its own.',
    }),
  },
  reactions: {
    drainParallelMax: whole({
      name: 'drain-parallel-max',
      default: 1,
      least: 1,
      most: 100,
      help: 'How many drains may be under way when an alert begins another; more wait.',
    }),
    enabled: flag({
      name: 'enabled',
      default: true,
      help: 'Whether alerts start workflows.',
    }),
  },
  topology: {
    syncEvery: duration({
      name: 'sync-every',
      default: '2s',
      help: 'How often resources are made to follow the topology and the engine.',
    }),
  },
}
