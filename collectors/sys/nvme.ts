/** NVMe controllers and their namespaces, as the kernel knows them: /sys/class/nvme. */
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { askAttributes, attributesAt, namesIn, numberOf } from './attributes.ts'
import { rarePace, slowDeadlineMs } from './pace.ts'

const info = gauge('node_nvme_info', 'Who an NVMe controller is, and its state; always 1.')
const of = 'node_nvme_namespace'
const namespaceInfo = gauge(`${of}_info`, 'How a namespace is reached; always 1.')
const capacity = gauge(`${of}_capacity_bytes`, 'Size of a namespace.')
const size = gauge(`${of}_size_bytes`, 'Size of a namespace.')
const used = gauge(`${of}_used_bytes`, 'Space of a namespace that holds data.')
const blockSize = gauge(`${of}_logical_block_size_bytes`, 'Block of a namespace.')

const folder = '/sys/class/nvme'
/** The kernel says sizes of block devices in these, whatever the block of the device is. */
const sectorBytes = 512

type NvmeFiles = Pick<Files, 'readText' | 'readTextLater' | 'listIfPresent'>

export function createNvme({ files }: { files: NvmeFiles }): Collector {
  return {
    name: 'nvme',
    pace: rarePace,
    deadlineMs: slowDeadlineMs,
    async collect(stop) {
      const families = createFamilies()
      for (const device of namesIn(files, folder, /^nvme\d+$/)) {
        const controller = attributesAt(files, `${folder}/${device}`)
        const state = controller('state')
        if (state === undefined) continue // Just pulled.
        const labels = {
          device,
          firmware_revision: controller('firmware_rev') ?? '',
          model: controller('model') ?? '',
          serial: controller('serial') ?? '',
          state,
        }
        families.add(info, labels, 1)
        // With multipath, what a controller holds is a path to the namespace: nvme0c0n1.
        for (const name of namesIn(files, `${folder}/${device}`, /^nvme\d+(c\d+)?n\d+$/))
          await addNamespace(families, { device, name, stop }, files)
      }
      return families.list()
    },
  }
}

async function addNamespace(
  families: Families,
  { device, name, stop }: { device: string; name: string; stop: AbortSignal },
  files: NvmeFiles,
): Promise<void> {
  // To say what is in use, newer kernels ask the controller.
  const path = `${folder}/${device}/${name}`
  const names = ['size', 'queue/logical_block_size', 'nuse', 'ana_state']
  const namespace = await askAttributes(files, { folder: path, names, stop })
  const labels = { device, nsid: name.slice(name.lastIndexOf('n') + 1) }
  const sectors = numberOf(namespace('size'))
  const bytes = sectors === undefined ? undefined : sectors * sectorBytes
  const block = numberOf(namespace('queue/logical_block_size'))
  const blocks = numberOf(namespace('nuse'))
  const state = namespace('ana_state') ?? 'unknown'
  families.add(namespaceInfo, { ana_state: state, ...labels }, 1)
  families.add(capacity, labels, bytes)
  families.add(size, labels, bytes)
  families.add(blockSize, labels, block)
  if (blocks !== undefined && block !== undefined) families.add(used, labels, blocks * block)
}
