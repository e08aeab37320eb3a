/**
 * Where the rules draw a line, for whoever draws the same line into a picture. A rule file has to
 * hold its figures itself, so that any Prometheus reads it; `thresholds.test.ts` keeps both alike.
 */
export interface Threshold {
  readonly alert: string
  readonly severity: 'info' | 'warning' | 'critical'
  /** The side of the value that is bad. */
  readonly bad: 'above' | 'below'
  readonly value: number
  /** Grafana's word for the unit. */
  readonly unit: 'percentunit' | 'percent' | 's' | 'd' | 'celsius' | 'short'
}

const line = (
  bad: Threshold['bad'],
  severity: Threshold['severity'],
  rest: Omit<Threshold, 'bad' | 'severity'>,
): Threshold => ({ bad, severity, ...rest })

type Rest = Parameters<typeof line>[2]
const info = (rest: Rest) => line('above', 'info', rest)
const infoBelow = (rest: Rest) => line('below', 'info', rest)
const warnAbove = (rest: Rest) => line('above', 'warning', rest)
const warnBelow = (rest: Rest) => line('below', 'warning', rest)
const alarmAbove = (rest: Rest) => line('above', 'critical', rest)
const alarmBelow = (rest: Rest) => line('below', 'critical', rest)

export const thresholds: readonly Threshold[] = [
  alarmAbove({ alert: 'NodeSilent', value: 60, unit: 's' }),
  warnBelow({ alert: 'NodeFilesystemAlmostFull', value: 0.2, unit: 'percentunit' }),
  alarmBelow({ alert: 'NodeFilesystemAlmostFull', value: 0.05, unit: 'percentunit' }),
  warnBelow({ alert: 'NodeFilesystemFilesAlmostOut', value: 0.05, unit: 'percentunit' }),
  warnAbove({ alert: 'NodeMemoryPressure', value: 0.1, unit: 'percentunit' }),
  warnBelow({ alert: 'NodeMemoryPressure', value: 0.05, unit: 'percentunit' }),
  warnAbove({ alert: 'NodeCpuSaturated', value: 0.5, unit: 'percentunit' }),
  warnAbove({ alert: 'NodeDiskSaturated', value: 0.5, unit: 'percentunit' }),
  warnAbove({ alert: 'NodeFileHandlesAlmostOut', value: 0.8, unit: 'percentunit' }),
  warnAbove({ alert: 'NodeConntrackAlmostFull', value: 0.8, unit: 'percentunit' }),
  warnAbove({ alert: 'NodeClockOff', value: 0.5, unit: 's' }),
  alarmAbove({ alert: 'NodeClockOff', value: 30, unit: 's' }),
  warnAbove({ alert: 'NodeNetworkErrors', value: 0.001, unit: 'percentunit' }),
  warnAbove({ alert: 'NetworkDropsHardware', value: 0.001, unit: 'percentunit' }),
  warnAbove({ alert: 'NetworkLinkFlapping', value: 4, unit: 'short' }),
  warnAbove({ alert: 'NetworkSaturated', value: 0.9, unit: 'percentunit' }),
  warnAbove({ alert: 'MemoryErrorsCorrected', value: 10, unit: 'short' }),
  warnBelow({ alert: 'NodeHot', value: 5, unit: 'celsius' }),
  info({ alert: 'BmcEventLogAlmostFull', value: 0.9, unit: 'percentunit' }),
  alarmAbove({ alert: 'DiskFailing', value: 40, unit: 'short' }),
  alarmAbove({ alert: 'DiskFailing', value: 10, unit: 'short' }),
  warnAbove({ alert: 'SsdWornOut', value: 90, unit: 'percent' }),
  alarmAbove({ alert: 'SsdWornOut', value: 99, unit: 'percent' }),
  infoBelow({ alert: 'SsdWearRising', value: 0.5, unit: 'percentunit' }),
  infoBelow({ alert: 'SsdWearRising', value: 730, unit: 'd' }),
  warnBelow({ alert: 'SsdWearsOutSoon', value: 90, unit: 'd' }),
  warnAbove({ alert: 'DiskFailureLikely', value: 0.5, unit: 'percentunit' }),
  warnAbove({ alert: 'DiskHot', value: 60, unit: 'celsius' }),
  warnAbove({ alert: 'DiskHot', value: 75, unit: 'celsius' }),
  warnAbove({ alert: 'DiskSlow', value: 0.02, unit: 's' }),
  warnAbove({ alert: 'DataDiskNearFull', value: 0.85, unit: 'percentunit' }),
  alarmAbove({ alert: 'DataDiskNearFull', value: 0.95, unit: 'percentunit' }),
  warnAbove({ alert: 'DataDisksFullSoon', value: 0.95, unit: 'percentunit' }),
  warnAbove({ alert: 'NodeLossWouldFill', value: 0.95, unit: 'percentunit' }),
  warnAbove({ alert: 'OperationsFailing', value: 0.01, unit: 'percentunit' }),
  alarmAbove({ alert: 'OperationsFailing', value: 0.25, unit: 'percentunit' }),
  warnAbove({ alert: 'OperationsSlow', value: 0.01, unit: 'percentunit' }),
  warnAbove({ alert: 'ObjectGatewayFailing', value: 0.01, unit: 'percentunit' }),
  warnAbove({ alert: 'JobsWaiting', value: 120, unit: 's' }),
  warnAbove({ alert: 'JobLeasesLost', value: 2, unit: 'short' }),
  warnAbove({ alert: 'MasterApiFailing', value: 0.05, unit: 'percentunit' }),
  alarmAbove({ alert: 'NotificationsLate', value: 300, unit: 's' }),
  warnAbove({ alert: 'AlertmanagerConfigInconsistent', value: 1, unit: 'short' }),
  warnAbove({ alert: 'RuleEvaluationSlow', value: 0.5, unit: 'percentunit' }),
  warnAbove({ alert: 'RuleEvaluationMissed', value: 2, unit: 'short' }),
  warnAbove({ alert: 'SeriesNearLimit', value: 0.95, unit: 'percentunit' }),
  warnAbove({ alert: 'AlertStateNotStored', value: 2, unit: 'short' }),
  warnAbove({ alert: 'RemoteWriteBehind', value: 120, unit: 's' }),
  warnAbove({ alert: 'QueueRunsFailing', value: 0.5, unit: 'percentunit' }),
  warnAbove({ alert: 'ProcessRestarting', value: 3, unit: 'short' }),
  warnBelow({ alert: 'CertificateExpires', value: 21, unit: 'd' }),
  alarmBelow({ alert: 'CertificateExpires', value: 3, unit: 'd' }),
  alarmAbove({ alert: 'QueueStuck', value: 60, unit: 's' }),
  alarmAbove({ alert: 'NotificationFailed', value: 900, unit: 's' }),
  alarmAbove({ alert: 'HeartbeatFailed', value: 900, unit: 's' }),
  warnAbove({ alert: 'CollectorSilent', value: 900, unit: 's' }),
  warnAbove({ alert: 'SpoolFilling', value: 3600, unit: 's' }),
  warnAbove({ alert: 'AgentPushFailing', value: 4, unit: 'short' }),
  warnAbove({ alert: 'LoopStuck', value: 2, unit: 'short' }),
  alarmAbove({ alert: 'CephOSDDownHigh', value: 0.1, unit: 'percentunit' }),
  warnAbove({ alert: 'CephOSDFlapping', value: 6, unit: 'short' }),
  warnAbove({ alert: 'CephPGImbalance', value: 0.3, unit: 'percentunit' }),
  warnAbove({ alert: 'CephPoolGrowthWarning', value: 0.95, unit: 'percentunit' }),
  warnAbove({ alert: 'MotherboardTemperatureHigh', value: 60, unit: 'celsius' }),
  warnAbove({ alert: 'DIMMTemperatureHigh', value: 80, unit: 'celsius' }),
  warnAbove({ alert: 'ProcessorTemperatureHigh', value: 80, unit: 'celsius' }),
  warnAbove({ alert: 'NVMeTemperatureHigh', value: 70, unit: 'celsius' }),
  warnAbove({ alert: 'CephRBDMirrorImagesPerDaemonHigh', value: 100, unit: 'short' }),
  alarmAbove({ alert: 'CephRBDMirrorImagesNotInSyncVeryHigh', value: 0.1, unit: 'percentunit' }),
  warnAbove({ alert: 'CephRBDMirrorImageTransferBandwidthHigh', value: 1.8, unit: 'short' }),
  warnAbove({ alert: 'NVMeoFMultipleNamespacesOfRBDImage', value: 1, unit: 'short' }),
  warnAbove({ alert: 'NVMeoFTooManyGateways', value: 32, unit: 'short' }),
  warnAbove({ alert: 'NVMeoFMaxGatewayGroupSize', value: 8, unit: 'short' }),
  warnAbove({ alert: 'NVMeoFMaxGatewayGroups', value: 4, unit: 'short' }),
  warnAbove({ alert: 'NVMeoFHighGatewayCPU', value: 0.8, unit: 'percentunit' }),
  warnAbove({ alert: 'NVMeoFTooManySubsystems', value: 128, unit: 'short' }),
  warnAbove({ alert: 'NVMeoFTooManyNamespaces', value: 4096, unit: 'short' }),
  warnAbove({ alert: 'NVMeoFVersionMismatch', value: 1, unit: 'short' }),
  warnAbove({ alert: 'NVMeoFHighClientCount', value: 128, unit: 'short' }),
  warnAbove({ alert: 'NVMeoFHighReadLatency', value: 0.01, unit: 's' }),
  warnAbove({ alert: 'NVMeoFHighWriteLatency', value: 0.02, unit: 's' }),
]
