/** Own metrics, under Prometheus's names where it has them; `rule_group` is `file;name`. */
import type { Metrics } from '#lib/metrics'

export type RuleMetrics = ReturnType<typeof createRuleMetrics>

export const createRuleMetrics = (metrics: Metrics) => ({
  ...ofRules(metrics),
  ...ofQueues(metrics),
})

function ofRules(metrics: Metrics) {
  const ofGroup = ['rule_group']
  return {
    evaluations: metrics.counter(
      'prometheus_rule_evaluations_total',
      'Rules evaluated, failed ones included.',
      ofGroup,
    ),
    failures: metrics.counter(
      'prometheus_rule_evaluation_failures_total',
      'Rule evaluations that failed; the alerts of such a rule keep their state.',
      ofGroup,
    ),
    iterations: metrics.counter(
      'prometheus_rule_group_iterations_total',
      'Evaluations of the group that were due, missed ones included.',
      ofGroup,
    ),
    missed: metrics.counter(
      'prometheus_rule_group_iterations_missed_total',
      'Evaluations of the group skipped because the one before took too long.',
      ofGroup,
    ),
    lastEvaluation: metrics.gauge(
      'prometheus_rule_group_last_evaluation_timestamp_seconds',
      'When the group was last evaluated.',
      ofGroup,
    ),
    lastDuration: metrics.gauge(
      'prometheus_rule_group_last_duration_seconds',
      'How long the last evaluation of the group took.',
      ofGroup,
    ),
    interval: metrics.gauge(
      'prometheus_rule_group_interval_seconds',
      'How often the group is evaluated.',
      ofGroup,
    ),
    rules: metrics.gauge('prometheus_rule_group_rules', 'Rules of the group.', ofGroup),
    insufficientData: metrics.gauge(
      'zstone_rules_insufficient_data',
      'Whether what the rule reads is absent or stale, so that its silence means nothing.',
      ['rulegroup', 'alertname'],
    ),
    staleData: metrics.gauge(
      'zstone_rules_stale_data',
      'Whether what the rule reads was there and is not any more: the part of it that is news.',
      ['rulegroup', 'alertname'],
    ),
    storeFailures: metrics.counter(
      'zstone_rules_store_failures_total',
      'Writings of alert state that failed; what they held is written again.',
    ),
  }
}

function ofQueues(metrics: Metrics) {
  const ofReceiver = ['alertmanager']
  return {
    queueLength: metrics.gauge(
      'prometheus_notifications_queue_length',
      'Alerts that wait to be sent to alertmanagers.',
      ofReceiver,
    ),
    queueCapacity: metrics.gauge(
      'prometheus_notifications_queue_capacity',
      'How many alerts may wait; beyond that the oldest are dropped.',
      ofReceiver,
    ),
    dropped: metrics.counter(
      'prometheus_notifications_dropped_total',
      'Alerts given up: the queue was full or every attempt failed. Firing ones are sent again.',
      ofReceiver,
    ),
    sent: metrics.counter(
      'zstone_rules_sent_alerts_total',
      'Alerts that alertmanagers took.',
      ofReceiver,
    ),
  }
}
