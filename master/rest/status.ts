import type { Route } from './route.ts'

export const readStatus: Route = {
  method: 'get',
  path: '/v1/status',
  name: 'readStatus',
  tag: 'status',
  about:
    'Health with its reasons, nodes, pools, firing alerts, newest jobs, and how old all this is.',
  isOpen: true,
  answer: { status: 200, about: 'What the status page shows.' },
  faults: [],
  serve: async (_, { statusReport }) => ({ status: 200, body: { json: await statusReport() } }),
}
