/** The pushgateway alone, in the place of prometheus/pushgateway. */
import { createPushgateway, pushgatewaySettings } from '#pushgateway'
import { lockFolder } from './compose/data-dir.ts'
import { buildInfo, runProgram } from './compose/program.ts'
import { serve } from './compose/serve.ts'
import { openWorld, worldSettings } from './compose/world.ts'

await runProgram({
  name: 'zstone-pushgateway',
  about: 'Keeps what jobs push until Prometheus scrapes it; nothing acknowledged is lost.',
  settings: { ...pushgatewaySettings, otlpEndpoint: worldSettings.otlpEndpoint },
  async start({ values }, stack) {
    const world = openWorld('zstone-pushgateway', values, stack)
    const folder = values.persistence.file
    await lockFolder(folder, '--persistence.file', stack)
    const pushgateway = createPushgateway({
      ...world,
      build: buildInfo,
      folder,
      settings: values,
      ownMetrics: () => world.metrics.registry.metrics(),
    })
    stack.defer(() => pushgateway.close())
    const server = await serve(
      {
        name: 'the pushgateway',
        address: values.web.listenAddresses[0] ?? '',
        flag: '--web.listen-address',
        handlers: [
          (request, response) => {
            pushgateway.handle(request, response)
            return true
          },
        ],
        log: world.log,
      },
      stack,
    )
    await pushgateway.start()
    world.log.info({ address: server.url }, 'Listening on')
  },
})
