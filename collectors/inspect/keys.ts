/** The keys of what `zstnlet inspect` prints of a file, in order; `--help` is made of them. */
import type { DeviceFacts } from '../facts/device-facts.ts'
import type { EthtoolStats } from '../nic/ethtool-stats.ts'
import { type Wear, wearOf } from '../wear/wear.ts'
import type { Recognised } from './recognise.ts'

export interface Key {
  readonly name: string
  readonly help: string
  readonly of: (found: Recognised) => unknown
}

const ofDisk =
  (pick: (disk: DeviceFacts) => unknown) =>
  ({ disk }: Recognised): unknown =>
    disk && pick(disk)
const ofNic =
  (pick: (nic: EthtoolStats) => unknown) =>
  ({ nic }: Recognised): unknown =>
    nic && pick(nic)
const ofWear = (pick: (wear: Wear) => unknown) =>
  ofDisk((disk) => {
    const wear = wearOf(disk)
    return wear && pick(wear)
  })

export const keys: readonly Key[] = [
  {
    name: 'format',
    help: 'smartctl-json, smartctl-text, nvme-cli-json, nvme-cli-text, ethtool-S-text; of lists of devices: smartctl-scan-json, nvme-list-json.',
    of: ({ format }) => format,
  },
  {
    name: 'kind',
    help: 'nvme, sata-ssd, sata-hdd, sas-ssd, sas-hdd or nic.',
    of: ({ disk, nic }) => (nic === undefined ? disk?.kind : 'nic'),
  },
  { name: 'model', help: 'Vendor and product.', of: ofDisk(({ model }) => model) },
  {
    name: 'serial',
    help: 'Serial number; one that was blotted out with dashes is unknown.',
    of: ofDisk(({ serial }) => serial),
  },
  { name: 'firmware', help: 'Firmware revision.', of: ofDisk(({ firmware }) => firmware) },
  {
    name: 'capacity_bytes',
    help: 'Size of the device.',
    of: ofDisk(({ capacityBytes }) => capacityBytes),
  },
  {
    name: 'temperature_c',
    help: 'Temperature now, Celsius; a device that says 0 does not know.',
    of: ofDisk(({ temperatureCelsius }) => temperatureCelsius),
  },
  {
    name: 'power_on_hours',
    help: 'Whole hours for which it had power; more than 34 years are not believed.',
    of: ofDisk(({ powerOnHours }) => powerOnHours),
  },
  {
    name: 'wear_percent_used',
    help: 'Endurance used of an SSD, percent; may pass 100.',
    of: ofWear(({ percent }) => percent),
  },
  {
    name: 'wear_source',
    help: 'Where that comes from: nvme (health log), devstat (ATA device statistics), scsi (log page 11h), attribute (vendor attributes).',
    of: ofWear(({ source }) => source),
  },
  {
    name: 'health_passed',
    help: 'What the device says of itself; of nvme-cli: that no critical warning is set.',
    of: ofDisk(({ healthPassed }) => healthPassed),
  },
  {
    name: 'health_reasons',
    help: 'Sentences that say why it is not well, also of a device that passed.',
    of: ofDisk(({ healthReasons }) => healthReasons),
  },
  {
    name: 'exit_bits_set',
    help: 'Bits of the exit status of smartctl that are set; its text does not say them.',
    of: ofDisk(({ exitStatus }) => (exitStatus === undefined ? undefined : bitsOf(exitStatus))),
  },
  {
    name: 'reallocated',
    help: 'ATA: attribute 5, sectors or blocks; SAS: grown defects.',
    of: ofDisk(({ reallocatedSectors }) => reallocatedSectors),
  },
  {
    name: 'pending',
    help: 'ATA: attribute 197; SAS: pending defects.',
    of: ofDisk(({ pendingSectors }) => pendingSectors),
  },
  {
    name: 'offline_uncorrectable',
    help: 'ATA: attribute 198.',
    of: ofDisk(({ offlineUncorrectable }) => offlineUncorrectable),
  },
  {
    name: 'media_errors',
    help: 'NVMe: media and data integrity errors; SAS: uncorrected errors of reads, writes and verifies.',
    of: ofDisk(({ mediaErrors }) => mediaErrors),
  },
  {
    name: 'available_spare_percent',
    help: 'Spare blocks left, percent, as the device or smartctl 7.5 says.',
    of: ofDisk(({ availableSparePercent }) => availableSparePercent),
  },
  {
    name: 'critical_warning',
    help: 'NVMe: bit mask of its warnings.',
    of: ofDisk(({ criticalWarning }) => criticalWarning),
  },
  {
    name: 'bytes_written',
    help: 'By the host, to the byte; ATA: device statistics, else an attribute whose unit is not in doubt.',
    of: ofDisk(({ bytesExact }) => bytesExact.written),
  },
  { name: 'bytes_read', help: 'Likewise.', of: ofDisk(({ bytesExact }) => bytesExact.read) },
  {
    name: 'asleep',
    help: 'True: the disk was left asleep, hence nothing of it is known.',
    of: ({ disk, asleep }) => disk && (asleep ?? false),
  },
  {
    name: 'driver',
    help: 'NIC: the driver, as its counters give it away.',
    of: ofNic(({ driver }) => driver),
  },
  {
    name: 'rx_errors',
    help: 'NIC: frames that came broken.',
    of: ofNic(({ rxErrors }) => rxErrors),
  },
  {
    name: 'tx_errors',
    help: 'NIC: frames that could not be sent whole.',
    of: ofNic(({ txErrors }) => txErrors),
  },
  {
    name: 'rx_dropped_hardware',
    help: 'NIC: whole frames lost because the hardware had no room, by the meaning of the driver.',
    of: ofNic(({ rxDropsHardware }) => rxDropsHardware),
  },
  {
    name: 'rx_dropped_software',
    help: 'NIC: frames that the driver took and could not hand on.',
    of: ofNic(({ rxDropsSoftware }) => rxDropsSoftware),
  },
  {
    name: 'tx_dropped',
    help: 'NIC: frames that were never sent.',
    of: ofNic(({ txDrops }) => txDrops),
  },
  {
    name: 'error_counters',
    help: 'NIC: every counter of the driver that speaks of errors or drops, by its own name.',
    of: ofNic(({ troubles }) => Object.fromEntries(troubles)),
  },
  {
    name: 'devices',
    help: 'Of a list of devices: kind, model, serial and firmware of each; else null.',
    of: ({ listed }) =>
      listed?.map(({ kind, model, serial, firmware }) =>
        Object.fromEntries(
          Object.entries({ kind, model, serial, firmware }).map(([k, v]) => [k, v ?? null]),
        ),
      ),
  },
]

/** Powers of two instead of shifts: a mask may be wider than 32 bits in a damaged file. */
function bitsOf(mask: number): readonly number[] {
  return Array.from({ length: 8 }, (_, bit) => bit).filter(
    (bit) => Math.floor(mask / 2 ** bit) % 2 === 1,
  )
}
