/**
 * What is known of one disk, whatever tool said it: metrics, forecasts and `zstnlet inspect` are
 * made of it. Undefined: the device or its tool did not say; never a guess, never a zero for it.
 */

export type DeviceKind = 'nvme' | 'sata-ssd' | 'sata-hdd' | 'sas-ssd' | 'sas-hdd'

export interface DeviceFacts {
  readonly kind: DeviceKind | undefined
  readonly model: string | undefined
  /** Of the drive database of smartctl, as in `Samsung based SSDs`. */
  readonly family: string | undefined
  readonly serial: string | undefined
  readonly firmware: string | undefined
  readonly capacityBytes: number | undefined
  readonly temperatureCelsius: number | undefined
  readonly powerOnHours: number | undefined
  /** What the device itself says: passed or not. */
  readonly healthPassed: boolean | undefined
  /** Sentences that say why it is not well. */
  readonly healthReasons: readonly string[]
  readonly reallocatedSectors: number | undefined
  readonly pendingSectors: number | undefined
  readonly offlineUncorrectable: number | undefined
  readonly mediaErrors: number | undefined
  readonly availableSparePercent: number | undefined
  readonly criticalWarning: number | undefined
  readonly bytesWritten: number | undefined
  readonly bytesRead: number | undefined
  /** The same to the last byte: beyond 2^53 a number rounds. */
  readonly bytesExact: { readonly written: bigint | undefined; readonly read: bigint | undefined }
  /** Of smartctl, a bit mask; undefined where the tool is another or its output does not say. */
  readonly exitStatus: number | undefined
  /** Endurance used, percent, each as one source says it; may pass 100. */
  readonly wear: {
    /** `percentage_used` of the NVMe health log. */
    readonly nvme: number | undefined
    /** ATA device statistics, page 7: Percentage Used Endurance Indicator. */
    readonly devstat: number | undefined
    /** SCSI log page 11h: percentage used endurance indicator. */
    readonly scsi: number | undefined
  }
  /** SMART attributes of an ATA device, in its order. */
  readonly attributes: readonly SmartAttribute[]
}

export interface SmartAttribute {
  readonly id: number
  /** As the drive database of smartctl calls it; it may say `Unknown_SSD_Attribute`. */
  readonly name: string
  /** Normalised by the vendor: mostly 100 or 200 falling to `thresh`. */
  readonly value: number
  readonly worst: number
  readonly thresh: number
  readonly whenFailed: string
  /** The raw value as a number; undefined where it is none. */
  readonly raw: number | undefined
  /** The raw value as smartctl prints it: `35 (Min/Max 20/51)`. */
  readonly rawText: string
}
