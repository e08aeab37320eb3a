/** The tables in the text of smartctl, as the lists that its JSON has of them. */

type Tree = Record<string, unknown>

const hex = '(?:0x)?'
const value = String.raw`(\d+|-+) +`
/** `  5 Reallocated_Sector_Ct   PO--CK   100   100   010    -    0` of `-x`. */
const brief = tableRow('([A-Z+-]{6,8}) +', '')
/** `  5 Reallocated_Sector_Ct 0x0033 100 100 010 Pre-fail Always - 0` of `-a`. */
const old = tableRow(String.raw`(0x[\da-fA-F]{4}) +`, String.raw`\S+ +\S+ +`)

function tableRow(flags: string, kinds: string): RegExp {
  const start = String.raw`^ {0,3}(\S{1,4}) (Unknown Attribute|\S+) +`
  return new RegExp(`${start}${flags}${value.repeat(3)}${kinds}${String.raw`(\S+) +(.+?)\s*$`}`)
}

export function attributeTable(lines: readonly string[]): readonly Tree[] {
  return lines.flatMap((line) => {
    const match = old.exec(line) ?? brief.exec(line)
    const [, id = '', name, flags, value = '', worst = '', thresh = '', failed = '', raw = ''] =
      match ?? []
    const number = Number(id)
    if (match === null || !Number.isInteger(number) || number < 1 || number > 255) return []
    return [
      {
        id: number,
        name,
        ...(/\d/.test(value) ? { value: Number(value) } : {}),
        ...(/\d/.test(worst) ? { worst: Number(worst) } : {}),
        ...(/\d/.test(thresh) ? { thresh: Number(thresh) } : {}),
        when_failed: whenFailed[failed.toLowerCase()] ?? '',
        flags: { string: flags },
        raw: { string: raw },
      },
    ]
  })
}

const whenFailed: Readonly<Record<string, string>> = {
  now: 'now',
  failing_now: 'now',
  past: 'past',
  in_the_past: 'past',
}

/**
 * `0x07  0x008  1               6  N--  Percentage Used Endurance Indicator`; before 6.6 pages were
 * decimal and a tilde stood for the flag N.
 */
const statistic = new RegExp(
  `^ *${hex}([\\da-f]{1,2}) +0x([\\da-f]{3}) +(\\d) +(\\d+|-)(~?) +(?:([-NDCV? ]{3}) +)?(\\S.*?)\\s*$`,
)

export function deviceStatistics(lines: readonly string[]): readonly Tree[] {
  const pages = new Map<number, Tree[]>()
  for (const line of lines) {
    const [, page = '', offset = '', size, value = '', tilde, flags = '', name] =
      statistic.exec(line) ?? []
    if (name === undefined) continue
    const number = Number.parseInt(page, 16)
    const rows = pages.get(number) ?? []
    const isNormalized = tilde === '~' || flags.includes('N')
    rows.push({
      offset: Number.parseInt(offset, 16),
      name,
      size: Number(size),
      ...(value === '-' ? {} : { value }),
      flags: { valid: value !== '-', normalized: isNormalized },
    })
    pages.set(number, rows)
  }
  return [...pages].map(([number, table]) => ({ number, table }))
}

/** `read:   647707   29   0   647736   586730   36537.378   0` of a SCSI device. */
export function errorCounters(lines: readonly string[]): Tree | undefined {
  const rows = lines.flatMap((line) => {
    const [direction, ...counts] = line.trim().split(/\s+/)
    if (!/^(read|write|verify):$/.test(direction ?? '') || counts.length !== 7) return []
    if (!counts.every((count) => /^\d+([.,]\d+)?$/.test(count))) return []
    const [fast, delayed, rewrites, corrected, invocations, gigabytes, lost] = counts
    const row = {
      errors_corrected_by_eccfast: fast,
      errors_corrected_by_eccdelayed: delayed,
      errors_corrected_by_rereads_rewrites: rewrites,
      total_errors_corrected: corrected,
      correction_algorithm_invocations: invocations,
      gigabytes_processed: gigabytes,
      total_uncorrected_errors: lost,
    }
    return [[direction?.slice(0, -1), row] as const]
  })
  return rows.length === 0 ? undefined : Object.fromEntries(rows)
}

/** `# 1  Extended offline    Completed: read failure       40%      2528         1220` */
const failedTest =
  /^# ?1 +\S.*? +((?:Completed: [a-z/]+ failure|Fatal or unknown error)[a-z ]*?) +\d+%/i

/** The self-test log, that part of it: whether the last one found the device at fault. */
export function lastSelfTest(lines: readonly string[]): Tree | undefined {
  const found = lines.map((line) => failedTest.exec(line)?.[1]).find((text) => text !== undefined)
  if (found === undefined) return undefined
  return { table: [{ status: { string: found, value: failedValue } }] }
}

/** Whichever it was of 3 to 8 in the high digit: they are all read alike. */
const failedValue = 0x70
