/** What a person reads once everything stands. */

export interface Announcement {
  readonly urls: readonly (readonly [what: string, url: string])[]
  readonly dataDir: string
  /** Shown only when it was made just now. */
  readonly newToken: string | undefined
  readonly tookMs: number
}

export function announce({ urls, dataDir, newToken, tookMs }: Announcement): void {
  const width = Math.max(...urls.map(([what]) => what.length))
  const lines = [
    `ZStone is up after ${(tookMs / 1000).toFixed(1)} s; everything is kept in ${dataDir}`,
    '',
    ...urls.map(([what, url]) => `  ${what.padEnd(width)}  ${url}`),
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
