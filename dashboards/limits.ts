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
  collectorFailing: { alert: 'CollectorFailing', badBelow: 1, warnBelow: 1 },
  dataDiskDown: { alert: 'DataDiskDown', badFrom: 1 },
  dataDiskErrors: { alert: 'DataDiskErrors', badFrom: 1 },
  dataDiskNearFull: { alert: 'DataDiskNearFull', warnFrom: 0.85, badFrom: 0.95 },
  dataRedundancy: { alert: 'DataRedundancyDegraded', warnFrom: 1 },
  dataUnavailable: { alert: 'DataUnavailable', badFrom: 1 },
  deadMansSwitch: { alert: 'DeadMansSwitch', badBelow: 1 },
  diskFailing: { alert: 'DiskFailing', badFrom: 1 },
  diskHot: { alert: 'DiskHot', warnFrom: 60, badFrom: 75 },
  diskMediaErrors: { alert: 'DiskMediaErrors', warnFrom: 1 },
  diskUnreadable: { alert: 'DiskUnreadable', warnFrom: 1 },
  filesystemFree: { alert: 'NodeFilesystemAlmostFull', warnBelow: 0.2, badBelow: 0.05 },
  filesystemReadOnly: { alert: 'NodeFilesystemReadOnly', badFrom: 1 },
  memoryAvailable: { alert: 'NodeMemoryPressure', badBelow: 0.05 },
  memoryStalled: { alert: 'NodeMemoryPressure', badFrom: 0.1 },
  networkErrors: { alert: 'NodeNetworkErrors', badFrom: 0.001 },
  nodeSilent: { alert: 'NodeSilent', badFrom: 60 },
  notificationFailed: { alert: 'NotificationFailed', badFrom: 900 },
  notificationsFailing: { alert: 'NotificationsFailing', badFrom: 1 },
  pushRejected: { alert: 'PushgatewayRejecting', warnFrom: 1 },
  queueStuck: { alert: 'QueueStuck', badFrom: 60 },
  recoveryStuck: { alert: 'RecoveryStuck', warnFrom: 1 },
  ruleFailures: { alert: 'RuleEvaluationFailing', warnFrom: 1 },
  scrubErrors: { alert: 'ScrubErrors', warnFrom: 1 },
  ssdWorn: { alert: 'SsdWornOut', warnFrom: 90, badFrom: 99 },
} as const satisfies Readonly<Record<string, Limit>>
