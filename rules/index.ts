/** Rules: what is measured becomes alerts. */
export { createRules, type RuleAlert, type Rules, type RulesOptions } from './create-rules.ts'
export type { Explanation } from './explain/explain.ts'
export { printExplanation } from './explain/print.ts'
export { loadRules } from './load.ts'
export type { AlertRule, RecordRule, Rule, RuleGroup } from './rule.ts'
export type { CheckExpression } from './rule-file.ts'
export { rulesSettings } from './settings.ts'
export type { AlertStore, StoredAlert } from './store/alert-store.ts'
export { type OpenAlertStore, openAlertStore } from './store/open-alert-store.ts'
export { type Threshold, thresholds } from './thresholds.ts'
export { testRules } from './unit-test/unit-test.ts'
export type { Bench, BenchOptions, UnitTestWorld } from './unit-test/world.ts'
export type {
  Alertmanager,
  Element,
  Evaluate,
  RuleSample,
  RuleSamples,
  RuleSettings,
  Watch,
} from './world.ts'
