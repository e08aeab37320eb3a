/** Who each processor is: /proc/cpuinfo. */
import { type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'

const info = gauge('node_cpu_info', 'Who a processor is; always 1.')

/** Label and field; the field names are those of x86, others have no such facts. */
const fields = [
  ['package', 'physical id'],
  ['core', 'core id'],
  ['cpu', 'processor'],
  ['vendor', 'vendor_id'],
  ['family', 'cpu family'],
  ['model', 'model'],
  ['model_name', 'model name'],
  ['microcode', 'microcode'],
  ['stepping', 'stepping'],
  ['cachesize', 'cache size'],
] as const

export function addCpuInfo(families: Families, files: Pick<Files, 'readText'>): void {
  for (const block of files.readText('/proc/cpuinfo').split('\n\n')) {
    const said = new Map(
      block.split('\n').map((line) => {
        const [field = '', ...value] = line.split(':')
        return [field.trim(), value.join(':').trim()]
      }),
    )
    if (!said.has('processor')) continue
    const labels = fields.map(([label, field]) => [label, said.get(field) ?? ''])
    families.add(info, Object.fromEntries(labels), 1)
  }
}
