/** Memory errors that the memory controllers count: /sys/devices/system/edac. */
import type { Labels } from '#lib/labels'
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, type Metric } from '../families.ts'
import type { Files } from '../files.ts'
import { type Attributes, attributesAt, namesIn, numberOf } from './attributes.ts'
import { rarePace } from './pace.ts'

const of = 'node_edac'
const corrected = counter(`${of}_correctable_errors_total`, 'Errors that were corrected.')
const lost = counter(`${of}_uncorrectable_errors_total`, 'Errors that could not be corrected.')
const rowCorrected = counter(`${of}_csrow_correctable_errors_total`, 'Corrected, of a csrow.')
const rowLost = counter(`${of}_csrow_uncorrectable_errors_total`, 'Not corrected, of a csrow.')
const channelCorrected = counter(
  `${of}_channel_correctable_errors_total`,
  'Corrected, of a channel of a csrow.',
)
const channelLost = counter(
  `${of}_channel_uncorrectable_errors_total`,
  'Not corrected, of a channel of a csrow.',
)

const folder = '/sys/devices/system/edac/mc'

export function createEdac({
  files,
}: {
  files: Pick<Files, 'readText' | 'listIfPresent'>
}): Collector {
  return {
    name: 'edac',
    pace: rarePace,
    collect() {
      const families = createFamilies()
      for (const name of namesIn(files, folder, /^mc\d+$/)) {
        const controller = name.slice('mc'.length)
        const counts = attributesAt(files, `${folder}/${name}`)
        const unknown = { controller, csrow: 'unknown' }
        add(families, { metric: corrected, labels: { controller }, text: counts('ce_count') })
        add(families, { metric: lost, labels: { controller }, text: counts('ue_count') })
        add(families, { metric: rowCorrected, labels: unknown, text: counts('ce_noinfo_count') })
        add(families, { metric: rowLost, labels: unknown, text: counts('ue_noinfo_count') })
        for (const row of namesIn(files, `${folder}/${name}`, /^csrow\d+$/))
          addRow(families, { controller, csrow: row.slice('csrow'.length) }, files)
      }
      return families.list()
    },
  }
}

interface Row extends Labels {
  readonly controller: string
  readonly csrow: string
}

function addRow(
  families: Families,
  row: Row,
  files: Pick<Files, 'readText' | 'listIfPresent'>,
): void {
  const path = `${folder}/mc${row.controller}/csrow${row.csrow}`
  const counts = attributesAt(files, path)
  add(families, { metric: rowCorrected, labels: row, text: counts('ce_count') })
  add(families, { metric: rowLost, labels: row, text: counts('ue_count') })
  // Every channel counts what is corrected; what is lost is counted only by kernels of vendors.
  for (const file of namesIn(files, path, /^ch\d+_ce_count$/)) {
    const channel = file.slice('ch'.length, -'_ce_count'.length)
    const labels = { ...row, channel, dimm_label: dimmOf(counts, channel) }
    add(families, { metric: channelCorrected, labels, text: counts(file) })
    add(families, { metric: channelLost, labels, text: counts(`ch${channel}_ue_count`) })
  }
}

/** The label as node_exporter writes it: `CPU#0_csrow1` becomes `CPU0__csrow1`. */
function dimmOf(counts: Attributes, channel: string): string {
  const said = counts(`ch${channel}_dimm_label`) ?? ''
  if (said === '') return 'unknown'
  return said.replaceAll('#', '').replaceAll(/csrow|channel/g, (word) => `_${word}`)
}

function add(
  families: Families,
  { metric, labels, text }: { metric: Metric; labels: Labels; text: string | undefined },
): void {
  families.add(metric, labels, numberOf(text))
}
