/** What a person reads once everything stands. */
import { tableOf } from '#lib/table'

export interface Announcement {
  readonly urls: readonly (readonly [what: string, url: string])[]
  readonly dataDir: string
  /** Shown only when it was made just now. */
  readonly newToken: string | undefined
  readonly tookMs: number
}

export function announce({ urls, dataDir, newToken, tookMs }: Announcement): void {
  const lines = [
    `ZStone is up after ${(tookMs / 1000).toFixed(1)} s; everything is kept in ${dataDir}`,
    '',
    ...tableOf(urls.map(([what, url]) => [`  ${what}`, url])),
    '',
    ...(newToken === undefined
      ? [`The token of the API is in ${dataDir}/master-token`]
      : [
          `The token of the API, shown this once and kept in ${dataDir}/master-token:`,
          `  ${newToken}`,
        ]),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
