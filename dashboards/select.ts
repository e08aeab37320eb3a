/**
 * Label matchers by the variables of a dashboard. `cluster` is what a Prometheus of many clusters
 * adds as an external label; one of a single cluster has no such label.
 */
export const ofCluster = 'cluster=~"$cluster"'
export const ofHost = `${ofCluster},instance=~"$host"`
export const ofDisk = `${ofHost},device=~"$disk"`
export const ofPool = `${ofCluster},pool=~"$pool"`
/** Data disks name their node in a label of their own. */
export const ofDataDisk = `${ofCluster},node=~"$host"`

/** Alerts that call for somebody: the dead man's switch fires as long as all is well. */
export const ofAlert = `${ofCluster},alertname!="DeadMansSwitch"`

/** Nothing fires, and somebody looks: zero only while the dead man's switch proves the second. */
export const zeroIfJudged = `0 * max(ALERTS{${ofCluster},alertname="DeadMansSwitch"})`
