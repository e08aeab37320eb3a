import { notificationSchema, parseNotification } from '../reaction/notification.ts'
import type { Route } from './route.ts'

export const takeNotification: Route = {
  method: 'post',
  path: '/v1/notifications',
  name: 'takeNotification',
  tag: 'alerts',
  about:
    'Takes a notification of the alertmanager (its webhook, version 4) and starts what reacts to ' +
    'it. Answered once alerts and jobs are durable; the same again starts nothing twice.',
  body: { schema: notificationSchema, isOptional: false },
  answer: { status: 200, about: 'Taken.' },
  faults: ['BODY_INVALID'],
  async serve({ body }, { reactor }) {
    const alerts = parseNotification(body)
    await reactor.take(alerts)
    return { status: 200, body: { json: { taken: alerts.length } } }
  },
}
