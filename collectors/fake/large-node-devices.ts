/** Disks and network devices of the invented node. */
import { lines, range } from './lines.ts'

interface Devices {
  readonly disks: number
  readonly nics: number
  readonly seconds: number
}

type Files = Record<string, string>

export const devicesOf = ({ disks, nics, seconds }: Devices): Files => ({
  ...blockDevices(disks, seconds),
  ...networkDevices(nics, seconds),
})

function blockDevices(count: number, seconds: number): Files {
  const counts = (i: number) =>
    [25, 3, 1003, 18, 28, 11, 505, 63, 0, 9, 8, 1, 0, 77, 2, 6, 4].map((share) =>
      share === 0 ? i % 3 : Math.floor((seconds * share) / (i + 1)),
    )
  const name = (i: number) => `sd${String.fromCharCode(97 + i)}`
  const line = (minor: number, device: string, i: number) =>
    `   8 ${minor} ${device} ${counts(i).join(' ')}`
  const udev = (i: number) =>
    lines([
      `S:disk/by-id/wwn-0x5000c5zst000${i}`,
      'E:ID_MODEL=ZST_HD-4000',
      'E:ID_REVISION=ZA01',
      `E:ID_SERIAL_SHORT=ZST0A${i}`,
      `E:ID_PATH=pci-0000:00:1f.2-ata-${i}`,
      `E:ID_WWN=0x5000c5zst000${i}`,
      'E:ID_ATA=1',
      'E:ID_ATA_WRITE_CACHE=1',
      'E:ID_ATA_WRITE_CACHE_ENABLED=1',
      'E:ID_ATA_ROTATION_RATE_RPM=7200',
    ])
  const mapped = lines([
    'E:DM_NAME=vg-osd',
    'E:DM_UUID=LVM-zst',
    'E:DM_VG_NAME=vg',
    'E:DM_LV_NAME=osd',
    'E:ID_FS_TYPE=ceph_bluestore',
    'E:ID_FS_USAGE=other',
    'E:ID_FS_UUID=0000-1',
  ])
  return {
    'proc/diskstats': lines([
      ...range(count).flatMap((i) => [
        line(i * 16, name(i), i),
        line(i * 16 + 1, `${name(i)}1`, i),
      ]),
      `   7 0 loop0 ${counts(1).join(' ')}`,
      ` 252 0 dm-0 ${counts(2).slice(0, 11).join(' ')}`,
    ]),
    ...Object.fromEntries(range(count).map((i) => [`run/udev/data/b8:${i * 16}`, udev(i)])),
    'run/udev/data/b252:0': mapped,
  }
}

function networkDevices(count: number, seconds: number): Files {
  const files: Files = {}
  const counts = (i: number) => range(16).map((j) => (j === 3 || j > 9 ? i + j : seconds * (j + 1)))
  files['proc/net/dev'] = lines([
    'Inter-|   Receive                                            |  Transmit',
    ' face |bytes packets errs drop fifo frame compressed multicast|' +
      'bytes packets errs drop fifo colls carrier compressed',
    ...range(count).map((i) => `  eth${i}: ${counts(i).join(' ')}`),
  ])
  for (const i of range(count)) {
    const facts = {
      addr_assign_type: 0,
      addr_len: 6,
      address: `02:00:00:00:00:0${i}`,
      broadcast: 'ff:ff:ff:ff:ff:ff',
      carrier: 1,
      carrier_changes: 5,
      carrier_down_count: 2,
      carrier_up_count: 3,
      dev_id: '0x0',
      dormant: 0,
      duplex: 'full',
      flags: '0x1003',
      ifalias: i === 0 ? 'front "public"' : '',
      ifindex: i + 2,
      iflink: i + 2,
      link_mode: 0,
      mtu: 9000,
      name_assign_type: 4,
      netdev_group: 0,
      operstate: 'up',
      phys_port_id: '',
      phys_port_name: '',
      phys_switch_id: '',
      speed: 25_000,
      tx_queue_len: 1000,
      type: 1,
      'statistics/rx_nohandler': i,
    }
    for (const [file, fact] of Object.entries(facts))
      files[`sys/class/net/eth${i}/${file}`] = `${fact}\n`
  }
  return files
}
