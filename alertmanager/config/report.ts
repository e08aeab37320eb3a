/** What `--config.check` says of a file. */
import { messageOf, ZstoneError } from '#lib/errors'
import { type AlertConfig, loadConfig, type ReadingOptions } from './config.ts'
import { findingText } from './finding.ts'
import { lintConfig } from './lint.ts'

export interface Report {
  readonly isValid: boolean
  /** Lines for people, each finding one. */
  readonly text: string
}

export interface ReportOptions extends ReadingOptions {
  readonly retentionMs: number
}

export async function reportOn(file: string, options: ReportOptions): Promise<Report> {
  let config: AlertConfig
  try {
    config = await loadConfig(file, options)
  } catch (error) {
    if (error instanceof ZstoneError) return { isValid: false, text: messageOf(error) }
    throw error
  }
  const findings = lintConfig(config, options.retentionMs).map(findingText)
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`
  return { isValid: true, text: [...findings, `${file} is valid: ${count}`].join('\n') }
}
