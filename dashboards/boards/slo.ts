/** Service levels: how much of the budget is left, and how fast it goes. */
import { board } from '../board.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { states, words } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { ofCluster } from '../select.ts'
import { burns } from '../slo.ts'

const alert = 'SloBudgetBurning'
const budget = 'on (slo) group_left () slo:budget:ratio'
const bad = (window: string) => `slo:operations_bad:ratio_${window}{${ofCluster}}`
/** 1: the budget lasts exactly as long as its 30 days. */
const burn = (window: string) => `${bad(window)} / ${budget}`
/** May be below 0: more was bad than is allowed. */
const left = `1 - ${burn('30d')}`
const of = (slo: string, expr: string) => `${expr} and on (slo) slo:budget:ratio{slo="${slo}"}`
const legend = '{{slo}} {{pool}}{{operation}}'

const burnLimit = { alert, warnFrom: burns.slow.pace, badFrom: burns.fast.pace }
const leftLimit = { alert, warnBelow: 0.25, badBelow: 0 }

const burnColumns = [
  ['5m', { badFrom: burns.fast.pace }],
  ['1h', { badFrom: burns.fast.pace }],
  ['6h', { badFrom: burns.slow.pace }],
  ['1d', { warnFrom: burns.ticket.pace }],
  ['3d', { warnFrom: burns.drip.pace }],
] as const

const highlights = [
  ...(['availability', 'latency'] as const).flatMap((slo) => [
    figure({
      title: slo === 'availability' ? 'Succeeded, 30 days' : 'Quick enough, 30 days',
      description:
        slo === 'availability'
          ? 'Share of the operations that did not fail, of the pool that is worst off.'
          : 'Share of the operations within a quarter of a second, of the slowest kind.',
      unit: 'percentunit',
      decimals: 3,
      expr: `min(1 - (${of(slo, bad('30d'))}))`,
      limit: { alert },
      empty: 'no operations',
      leadsTo: slo === 'availability' ? 'stor-pools' : 'stor-cluster',
    }),
    figure({
      title: slo === 'availability' ? 'Failures left' : 'Slow ones left',
      description:
        'Share of the budget of 30 days that is left. Below 0: more was bad than is allowed.',
      unit: 'percentunit',
      decimals: 0,
      expr: `min(${of(slo, left)})`,
      limit: leftLimit,
      empty: 'no operations',
    }),
  ]),
  figure({
    title: 'Fastest burn, 1 h',
    description: 'How many times faster than allowed the budget goes that goes fastest.',
    unit: 'none',
    decimals: 1,
    expr: `max(${burn('1h')})`,
    limit: burnLimit,
    empty: 'no operations',
  }),
  figure({
    title: 'Rests on',
    description: 'How far back samples go. Under 30 days, the figures are of what there is.',
    unit: 's',
    expr: `max(time() - min_over_time(timestamp(slo:operations:rate5m{${ofCluster}})[30d:1h]))`,
    empty: 'under an hour',
    leadsTo: 'stor-pipeline',
  }),
  table({
    title: 'Service levels, the least left first',
    description: 'Budget left, and the burn by windows: at 1 the budget lasts just its 30 days.',
    labels: { slo: 'Level', pool: 'Pool', operation: 'Operation' },
    columns: [
      { title: 'Bad, 30 d', expr: named(bad('30d')), unit: 'percentunit', decimals: 3 },
      { title: 'Left', expr: named(left), unit: 'percentunit', decimals: 0, limit: leftLimit },
      ...burnColumns.map(([window, limit]) => ({
        title: `Burn ${window}`,
        expr: named(burn(window)),
        unit: 'none' as const,
        decimals: 1,
        limit: { alert, ...limit },
      })),
    ],
    sortBy: '-Left',
    height: 7,
    limit: { alert },
    empty: 'no operations',
  }),
]

function named(expr: string): string {
  return `max by (cluster, slo, pool, operation) (${expr})`
}

const burnRow = [
  states({
    title: 'Breaches',
    description: 'Whether the alert’s windows say that the budget goes too fast.',
    expr: `2 * (${named(`${above(burns.fast)} or ${above(burns.slow)}`)}) or ${named(`1 * (${above(burns.ticket)} or ${above(burns.drip)})`)} or 0 * ${named(burn('1h'))}`,
    legend,
    words: words([0, 'kept', 'green'], [1, 'warning', 'orange'], [2, 'critical', 'red']),
    limit: { alert },
    span: 24,
    empty: 'no operations',
  }),
  ...(['1h', '6h'] as const).map((window) =>
    course({
      title: `Burn of ${window === '1h' ? 'an hour' : 'six hours'}`,
      description: `How many times faster than allowed the budget went, over ${window} each.`,
      unit: 'none',
      softMax: window === '1h' ? 16 : 8,
      expr: burn(window),
      legend,
      limit: { alert, badFrom: window === '1h' ? burns.fast.pace : burns.slow.pace },
      empty: 'no operations',
    }),
  ),
  course({
    title: 'Budget left',
    description: 'It falls when operations are bad, and rises when bad ones are 30 days old.',
    unit: 'percentunit',
    expr: `clamp_min(${left}, 0)`,
    legend,
    limit: leftLimit,
    empty: 'no operations',
  }),
  course({
    title: 'Bad operations',
    description: 'Share of the operations of five minutes that failed or were slow.',
    unit: 'percentunit',
    softMax: 0.01,
    expr: bad('5m'),
    legend,
    limit: { alert },
    empty: 'no operations',
  }),
]

/** 1 where both windows burn faster than that. */
function above({ long, short, pace }: (typeof burns)['fast']): string {
  return `(${burn(long)} > bool ${pace}) * (${burn(short)} > bool ${pace}) == 1`
}

export const sloBoard = () =>
  board({
    uid: 'stor-slo',
    title: 'Service levels',
    description: 'How much may still fail or be slow, and how fast that is used up.',
    rows: { Highlights: highlights, 'Burn and budget': burnRow },
    from: 'now-7d',
  })
