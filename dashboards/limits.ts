/**
 * Where it begins to be bad: the figures of the alert rules, as the panels draw them. The tests
 * compare each with the rule that it names.
 */
export interface Limit {
  /** Its runbook is a link of every panel with this limit. */
  readonly alert: string
  readonly warnFrom?: number
  readonly badFrom?: number
  readonly warnBelow?: number
  readonly badBelow?: number
}

export const limits = {
  ageOfJobs: { alert: 'JobsWaiting', warnFrom: 120 },
  alertsUnstored: { alert: 'AlertsUnstored', warnFrom: 1 },
  cephHealthError: { alert: 'CephHealthError', badFrom: 2 },
  cephOsdsDown: { alert: 'CephOSDDownHigh', badFrom: 0.1 },
  cephSlowOps: { alert: 'CephSlowOps', warnFrom: 1 },
  certificateExpires: { alert: 'CertificateExpires', warnBelow: 21, badBelow: 3 },
  clockOff: { alert: 'NodeClockOff', warnFrom: 0.5, badFrom: 30 },
  dataDiskDown: { alert: 'DataDiskDown', badFrom: 1 },
  dataDiskNearFull: { alert: 'DataDiskNearFull', warnFrom: 0.85, badFrom: 0.95 },
  dataRedundancy: { alert: 'DataRedundancyDegraded', warnFrom: 1 },
  dataUnavailable: { alert: 'DataUnavailable', badFrom: 1 },
  diskHot: { alert: 'DiskHot', warnFrom: 60, badFrom: 75 },
  diskMediaErrors: { alert: 'DiskMediaErrors', warnFrom: 1 },
  diskRisk: { alert: 'DiskFailureLikely', warnFrom: 0.5 },
  eventLog: { alert: 'BmcEventLogAlmostFull', warnFrom: 0.9 },
  fileHandles: { alert: 'NodeFileHandlesAlmostOut', warnFrom: 0.8 },
  filesystemFiles: { alert: 'NodeFilesystemFilesAlmostOut', warnBelow: 0.05 },
  filesystemFree: { alert: 'NodeFilesystemAlmostFull', warnBelow: 0.2, badBelow: 0.05 },
  gatewayErrors: { alert: 'ObjectGatewayFailing', warnFrom: 0.01 },
  historyBehind: { alert: 'RemoteWriteBehind', warnFrom: 120 },
  memoryAvailable: { alert: 'NodeMemoryPressure', warnBelow: 0.05 },
  memoryStalled: { alert: 'NodeMemoryPressure', warnFrom: 0.1 },
  networkErrors: { alert: 'NodeNetworkErrors', warnFrom: 0.001 },
  networkUse: { alert: 'NetworkSaturated', warnFrom: 0.9 },
  nodeLossWouldFill: { alert: 'NodeLossWouldFill', warnFrom: 0.95 },
  nodeSilent: { alert: 'NodeSilent', badFrom: 60 },
  notificationFailed: { alert: 'NotificationFailed', badFrom: 900 },
  notificationsLate: { alert: 'NotificationsLate', badFrom: 300 },
  operationsFailing: { alert: 'OperationsFailing', warnFrom: 0.01, badFrom: 0.25 },
  operationsSlow: { alert: 'OperationsSlow', warnFrom: 0.01 },
  processorsWaitedFor: { alert: 'NodeCpuSaturated', warnFrom: 0.5 },
  processRestarts: { alert: 'ProcessRestarting', warnFrom: 3 },
  queueStuck: { alert: 'QueueStuck', badFrom: 60 },
  recoveryStuck: { alert: 'RecoveryStuck', warnFrom: 1 },
  ruleFailures: { alert: 'RuleEvaluationFailing', warnFrom: 1 },
  ruleTime: { alert: 'RuleEvaluationSlow', warnFrom: 0.5 },
  scrubErrors: { alert: 'ScrubErrors', warnFrom: 1 },
  stalledForDisks: { alert: 'NodeDiskSaturated', warnFrom: 0.5 },
  wearsOutSoon: { alert: 'SsdWearsOutSoon', warnBelow: 90 },
  workflowStuck: { alert: 'WorkflowStuck', warnFrom: 1 },
  wornOut: { alert: 'SsdWornOut', warnFrom: 90, badFrom: 99 },
} as const satisfies Readonly<Record<string, Limit>>

/** Of a count of what an alert fires for: one is enough. */
export const anyOf = (alert: string): Limit => ({ alert, warnFrom: 1 })
export const anyBad = (alert: string): Limit => ({ alert, badFrom: 1 })
