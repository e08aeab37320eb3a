/**
 * How many of the disks that failed are found when only some are inspected: ranked by our
 * scorecard, and by the usual rule, which takes a disk or not and cannot rank: any of attributes
 * 5, 187, 188, 197 and 198 above zero. The files hold one row a disk, its last day, in the format
 * of Backblaze's drive statistics.
 */
import { fault } from '#api/errors'
import type { DeviceFacts, SmartAttribute } from '../facts/device-facts.ts'
import { failureRisk, riskModelVersion } from '../forecast/failure-risk.ts'
import { eachLine } from './dataset.ts'
import { table } from './print.ts'

interface Disk {
  readonly model: string
  readonly failed: boolean
  readonly risk: number
  readonly flagged: boolean
}

const shares = [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1]
const ruleAttributes = [5, 187, 188, 197, 198]

export async function evaluateFailures(paths: readonly string[]): Promise<string> {
  const disks: Disk[] = []
  for (const path of paths) disks.push(...(await readDisks(path)))
  const models = [...new Set(disks.map(({ model }) => model))]
  const groups = models.length > 1 ? [...models, undefined] : [models[0]]
  return groups
    .map((model) => page(disks.filter((disk) => model === undefined || disk.model === model)))
    .join('\n\n\n')
}

function page(disks: readonly Disk[]): string {
  const failed = disks.filter((disk) => disk.failed).length
  const flagged = disks.filter((disk) => disk.flagged)
  const hits = flagged.filter((disk) => disk.failed).length
  const rule = { precision: hits / flagged.length, recall: hits / failed }
  const models = new Set(disks.map(({ model }) => model))
  const ranked = disks.toSorted((a, b) => b.risk - a.risk)
  const needed = inspectedFor(ranked, hits)
  return [
    `${[...models].join(' and ')}: ${disks.length} disks, ${failed} failed`,
    `any of ${ruleAttributes.join(', ')} above 0: ${percent(flagged.length / disks.length)} of ` +
      `the disks, precision ${rule.precision.toFixed(3)}, recall ${rule.recall.toFixed(3)}`,
    `${riskModelVersion} for the same recall: ${percent(needed / disks.length)} of the disks, ` +
      `precision ${(hits / needed).toFixed(3)}; recall ` +
      `${(foundAt(ranked, rule.precision) / failed).toFixed(3)} at no less than its precision`,
    '',
    table(
      ['disks inspected', riskModelVersion, 'recall', "the rule's, in any order", 'recall'],
      shares.map((share) => {
        const count = Math.max(1, Math.round(share * disks.length))
        const found = ranked.slice(0, count).filter((disk) => disk.failed).length
        const anyOrder = Math.min(1, count / flagged.length) * hits
        return [
          percent(share),
          (found / count).toFixed(3),
          (found / failed).toFixed(3),
          (anyOrder / Math.min(count, flagged.length)).toFixed(3),
          (anyOrder / failed).toFixed(3),
        ]
      }),
    ),
  ].join('\n')
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** How many of the ranked are to be inspected until so many that failed are found. */
function inspectedFor(ranked: readonly Disk[], hits: number): number {
  let found = 0
  const last = ranked.findIndex((disk) => {
    if (disk.failed) found += 1
    return found === hits
  })
  return last + 1
}

/** How many that failed are found among as many of the ranked as keep the precision. */
function foundAt(ranked: readonly Disk[], precision: number): number {
  let found = 0
  let most = 0
  for (const [index, disk] of ranked.entries()) {
    if (disk.failed) found += 1
    if (found / (index + 1) >= precision) most = found
  }
  return most
}

async function readDisks(path: string): Promise<readonly Disk[]> {
  let head: readonly string[] | undefined
  const disks: Disk[] = []
  await eachLine(path, (line) => {
    const cells = line.split(',')
    if (head === undefined) head = cells
    else disks.push(diskOf(new Map(head.map((name, i) => [name, cells[i] ?? '']))))
  })
  if (disks.length === 0 || !head?.includes('failure'))
    throw fault('DATASET_INVALID', { file: path, line: 1, reason: 'there is no column "failure"' })
  return disks
}

function diskOf(row: ReadonlyMap<string, string>): Disk {
  const raw = (id: number) => {
    const cell = row.get(`smart_${id}_raw`)
    return cell === undefined || cell === '' ? undefined : Number(cell)
  }
  const nothing = {
    kind: 'sata-hdd',
    healthPassed: undefined,
    mediaErrors: undefined,
    availableSparePercent: undefined,
    criticalWarning: undefined,
  } as const
  const facts: Parameters<typeof failureRisk>[0] = {
    ...nothing,
    reallocatedSectors: raw(5),
    pendingSectors: raw(197),
    offlineUncorrectable: raw(198),
    attributes: [187, 188, 199].flatMap((id) => attribute(id, raw(id))),
  }
  return {
    model: row.get('model') ?? '',
    failed: row.get('failure') === '1',
    risk: failureRisk(facts)?.risk ?? 0,
    flagged: ruleAttributes.some((id) => (raw(id) ?? 0) > 0),
  }
}

function attribute(id: number, raw: number | undefined): DeviceFacts['attributes'] {
  const unused = { name: '', value: 100, worst: 100, thresh: 0, whenFailed: '-' }
  const of: SmartAttribute = { id, ...unused, raw, rawText: String(raw ?? '') }
  return raw === undefined ? [] : [of]
}
