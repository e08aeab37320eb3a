/** Rules: what is measured becomes alerts. */
export { createRules, type RuleAlert, type Rules, type RulesOptions } from './create-rules.ts'
export type { Explanation } from './explain/explain.ts'
export { printExplanation } from './explain/print.ts'
export { loadRules } from './load.ts'
export { createHistory } from './replay/history.ts'
export { replayJson } from './replay/json.ts'
export { printReplay } from './replay/print.ts'
export { exitCodeOf, type Replay, replay } from './replay/replay.ts'
export {
  readAlertmanagers,
  readRunning,
  readServer,
  type Server,
  type TimedGroup,
} from './replay/running.ts'
export { type Placement, rulesOf, type Sides, sidesOf, timedBy } from './replay/sides.ts'
export type { Pace } from './replay/stride.ts'
export type { Rehearse } from './replay/told.ts'
export type {
  Answer,
  Ask,
  Evaluator as ReplayEvaluator,
  LookedUp as ReplaySeries,
  SampleSource,
} from './replay/world.ts'
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
