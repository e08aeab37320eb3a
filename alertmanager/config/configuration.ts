/** The configuration that holds: read anew as a whole, measured, and its oddities logged. */
import { createHash } from 'node:crypto'
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import { type AlertConfig, loadConfig } from './config.ts'
import { type Finding, findingText } from './finding.ts'
import { lintConfig } from './lint.ts'
import type { MatcherMode } from './matchers.ts'

export interface Configuration {
  readonly current: () => AlertConfig
  /** What is valid in it and odd. */
  readonly findings: () => readonly Finding[]
  /** Reads the file. Where it is invalid this rejects, and what holds goes on to hold. */
  read(): Promise<AlertConfig>
  /** From now on this one holds. */
  use(config: AlertConfig): void
}

export interface ConfigurationDeps {
  readonly file: string
  readonly matchers: MatcherMode
  readonly retentionMs: number
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Log
}

export function createConfiguration(deps: ConfigurationDeps): Configuration {
  const { file, matchers, retentionMs, clock, log } = deps
  const measured = createFigures(deps.metrics)
  let held: { readonly config: AlertConfig; readonly findings: readonly Finding[] } | undefined
  const holding = () => {
    if (held === undefined) throw new Error('the configuration is read by start()')
    return held
  }
  return {
    current: () => holding().config,
    findings: () => holding().findings,
    async read() {
      try {
        return await loadConfig(file, { matchers })
      } catch (error) {
        measured.successful.set(0)
        throw error
      }
    },
    use(config) {
      const findings = lintConfig(config, retentionMs)
      held = { config, findings }
      measured.use(config, clock.nowMs())
      for (const finding of findings.slice(0, linesMax))
        log.warn({ file, check: finding.check }, findingText(finding))
      if (findings.length > linesMax)
        log.warn({ file, findings: findings.length }, 'More is odd: see --config.check')
    },
  }
}

const linesMax = 20

function createFigures(metrics: Metrics) {
  const successful = metrics.gauge(
    'alertmanager_config_last_reload_successful',
    'Whether the last configuration reload attempt was successful.',
  )
  const succeededAt = metrics.gauge(
    'alertmanager_config_last_reload_success_timestamp_seconds',
    'Timestamp of the last successful configuration reload.',
  )
  const hashed = metrics.gauge('alertmanager_config_hash', 'Hash of the loaded configuration.')
  const receivers = metrics.gauge('alertmanager_receivers', 'Number of configured receivers.')
  const integrations = metrics.gauge('alertmanager_integrations', 'Number of integrations.')
  const rules = metrics.gauge('alertmanager_inhibition_rules', 'Number of inhibition rules.')
  return {
    successful,
    use(config: AlertConfig, nowMs: number) {
      successful.set(1)
      succeededAt.set(nowMs / 1000)
      const hash = createHash('sha256').update(config.shown).digest()
      hashed.set(hash.readUIntBE(0, 6))
      receivers.set(config.receivers.size)
      const all = [...config.receivers.values()].flatMap((receiver) => receiver.integrations)
      integrations.set(all.length)
      rules.set(config.inhibitRules.length)
    },
  }
}
