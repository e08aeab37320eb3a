/** What ZStone does by itself: jobs, their steps, and those that went wrong. */
import { board } from '../board.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { table } from '../forms/table.ts'
import { growth } from '../growth.ts'
import { limits } from '../limits.ts'
import { quantile } from '../quantile.ts'
import { ofCluster } from '../select.ts'

const jobs = (state: string) => `sum(zstone_master_jobs{state=~"${state}",${ofCluster}})`
const finished = (state: string) => `zstone_master_jobs_finished_total{${state}${ofCluster}}`
const calls = `rate(zstone_master_api_request_seconds_bucket{${ofCluster}}[$__rate_interval])`
/** Zero is known only of a master that says something. */
const counted = (what: string) => `sum(${what}) or 0 * sum(zstone_master_jobs{${ofCluster}})`
/** Zero in between: a bar is as wide as a step. */
const ended = `sum by (cluster, workflow, state) (${growth(finished(''), '$__rate_interval')})`
const late = { alert: 'QueueStuck' }

const highlights = [
  figure({
    title: 'Jobs under way',
    description: 'Jobs that are not finished, whatever they wait for.',
    unit: 'short',
    expr: `sum(zstone_master_jobs{${ofCluster}})`,
    leadsTo: 'stor-cluster',
  }),
  figure({
    title: 'Stuck',
    description: 'Jobs whose undoing failed as well: somebody has to look at them.',
    unit: 'short',
    expr: jobs('stuck'),
    limit: limits.workflowStuck,
  }),
  figure({
    title: 'Oldest due',
    description: 'How long a job has been due that nobody runs.',
    unit: 's',
    expr: `max(zstone_master_job_due_age_seconds{${ofCluster}})`,
    limit: limits.ageOfJobs,
  }),
  figure({
    title: 'Succeeded in a day',
    description: 'Jobs that ended as they should.',
    unit: 'short',
    expr: counted(growth(finished('state="succeeded",'), '1d')),
    leadsTo: 'stor-cluster',
  }),
  figure({
    title: 'Not succeeded in a day',
    description: 'Jobs that failed or were undone. Each says why in the API and in its trace.',
    unit: 'short',
    expr: counted(growth(finished('state!="succeeded",'), '1d')),
    limit: { alert: 'WorkflowFailed', warnFrom: 1 },
  }),
  figure({
    title: 'Alerts taken',
    description: 'Alerts that reached the master within a day; a runbook may start from each.',
    unit: 'short',
    expr: counted(growth(`zstone_master_alerts_total{${ofCluster}}`, '1d')),
    leadsTo: 'stor-alerts',
  }),
  course({
    title: 'Jobs by state',
    description: 'Jobs that are not finished. Blocked or undoing ones want a look.',
    unit: 'short',
    expr: ['state!="stuck"', 'state="stuck"'].map((state) => ({
      expr: `max by (cluster, state) (zstone_master_jobs{${state},${ofCluster}})`,
      legend: '{{state}}',
    })),
    wrong: /stuck/,
    limit: late,
  }),
  course({
    title: 'Jobs finished',
    description: 'By workflow and how they ended.',
    unit: 'short',
    expr: `${ended} and (max_over_time((${ended})[$__range:$__rate_interval] @ end()) > 0)`,
    legend: '{{workflow}} {{state}}',
    wrong: / (failed|undone|stuck)$/,
    isRare: true,
    empty: 'none ended',
    leadsTo: 'stor-cluster',
  }),
]

const by = 'by (cluster, workflow, step)'
const step = 'zstone_master_workflow_step_seconds'
/** Of the life of the master: jobs are too rare for a rate. */
const stepTime = (share: number) =>
  quantile(share, `sum by (cluster, workflow, step, le) (${step}_bucket{${ofCluster}})`)

const stepRow = [
  table({
    title: 'Steps since the master was started',
    description: 'How often each was done, undone or failed, and how long it took.',
    labels: { workflow: 'Workflow', step: 'Step' },
    columns: [
      { title: 'Done', expr: `sum ${by} (${step}_count{direction="do",${ofCluster}})` },
      {
        title: 'Undone',
        expr: `sum ${by} (${step}_count{direction!="do",${ofCluster}})`,
        limit: { ...late, warnFrom: 1 },
      },
      {
        title: 'Failed',
        expr: `sum ${by} (${step}_count{outcome!~"made|wait",${ofCluster}})`,
        limit: { ...late, warnFrom: 1 },
      },
      { title: 'p50', expr: stepTime(0.5), unit: 's' },
      { title: 'p99', expr: stepTime(0.99), unit: 's' },
    ],
    sortBy: 'p99',
    height: 10,
    empty: 'none ran',
    leadsTo: 'stor-cluster',
  }),
]

const api = [
  course({
    title: 'API: calls',
    description: 'Calls per second by route and answer.',
    unit: 'ops',
    expr: `sum by (cluster, route, status) (rate(zstone_master_api_request_seconds_count{${ofCluster}}[$__rate_interval]))`,
    legend: '{{route}} {{status}}',
    wrong: / 5..$/,
    empty: 'no calls',
    leadsTo: 'stor-pipeline',
  }),
  course({
    title: 'API: time, p50 and p99',
    description: 'How long calls take by route.',
    unit: 's',
    expr: [0.5, 0.99].map((share) => ({
      expr: quantile(share, `sum by (cluster, route, le) (${calls})`),
      legend: `{{route}} p${share * 100}`,
    })),
    empty: 'no calls',
    leadsTo: 'stor-pipeline',
  }),
]

export const workflowsBoard = () =>
  board({
    uid: 'stor-workflows',
    title: 'Workflows',
    description: 'What ZStone does by itself: jobs, their steps, and those that went wrong.',
    rows: { Highlights: highlights, Steps: stepRow, API: api },
    from: 'now-24h',
  })
