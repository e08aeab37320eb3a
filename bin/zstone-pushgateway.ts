/** The pushgateway alone, in the place of prometheus/pushgateway. */
import { createPushgateway, pushgatewaySettings } from '#pushgateway'
import { lockFolder } from './compose/data-dir.ts'
import { buildInfo, runProgram } from './compose/program.ts'
import { refuseOldFile, refuseRolesForNobody, servePushes } from './compose/serve-pushes.ts'
import { systemdAddresses } from './compose/systemd.ts'
import { openWorld, worldSettings } from './compose/world.ts'

await runProgram({
  name: 'zstone-pushgateway',
  about: 'Keeps what jobs push until Prometheus scrapes it; nothing acknowledged is lost.',
  settings: { ...pushgatewaySettings, otlpEndpoint: worldSettings.otlpEndpoint },
  async start({ values }, stack) {
    const world = openWorld('zstone-pushgateway', values, stack)
    const { web, persistence } = values
    const folder = persistence.file
    refuseOldFile(folder)
    if (folder !== '') await lockFolder(folder, '--persistence.file', stack)
    const pushgateway = createPushgateway({
      ...world,
      build: buildInfo,
      folder,
      settings: values,
      ownMetrics: () => world.metrics.registry.metrics(),
      onQuit: () => process.kill(process.pid, 'SIGTERM'),
    })
    stack.defer(() => pushgateway.close())
    const addresses = web.systemdSocket
      ? systemdAddresses(process.env, process.pid)
      : web.listenAddresses
    const server = await servePushes(
      { pushgateway, addresses, configFile: web.configFile, flag: '--web.listen-address' },
      world,
      stack,
    )
    refuseRolesForNobody(web, server)
    await pushgateway.start()
    for (const { url } of server.servers)
      world.log.info({ address: url.replace(/^https?:\/\//, ''), url }, 'Listening on')
  },
})
