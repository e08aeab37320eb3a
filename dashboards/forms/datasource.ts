/** The Prometheus, or our own evaluator, that the reader chose on top of the dashboard. */
export const datasource = { type: 'prometheus', uid: '$datasource' }
