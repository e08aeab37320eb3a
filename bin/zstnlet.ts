/** The agent of one node: reads its hardware, pushes it, and serves it at /metrics. */
import { hostname, machine } from 'node:os'
import { agentSettings, createAgent, toolSettings } from '#agent'
import { createCollection, createFiles, nodeCollectors } from '#collectors'
import { openAgentWorld } from './compose/agent-world.ts'
import { deviceCommands, openDeviceCommands } from './compose/device-commands.ts'
import { openDriveDatabase } from './compose/drive-database.ts'
import { forecastSettings, openNodeForecast } from './compose/forecast.ts'
import { openHistory } from './compose/history.ts'
import { hostOptions, hostSettings } from './compose/host-settings.ts'
import { runInspect } from './compose/inspect.ts'
import { ownProcess } from './compose/own-process.ts'
import { runProgram, version } from './compose/program.ts'
import { exact, serve } from './compose/serve.ts'
import { devicesOf, smartctlDevices } from './compose/smart-devices.ts'
import { toolOptions } from './compose/tools.ts'
import { worldSettings } from './compose/world-settings.ts'

const [verb, ...words] = process.argv.slice(2)
if (verb === 'inspect') process.exit(await runInspect(words))

await runProgram({
  name: 'zstnlet',
  about:
    'Reads the hardware of this node and pushes it to a pushgateway.\n' +
    '"zstnlet inspect FILE..." reads recorded outputs instead.',
  settings: {
    ...agentSettings(hostname()),
    ...worldSettings,
    ...forecastSettings,
    ...hostSettings,
    ...toolSettings,
    deviceCommands,
    smartctlDevices,
  },
  async start({ values }, stack) {
    const world = openAgentWorld(values, stack)
    await openDeviceCommands(values.deviceCommands, stack)
    const database = await openDriveDatabase(stack)
    const { onFacts } = await openNodeForecast(values, world, stack)
    const { smartctlPath: path, smartctlIntervalMs: everyMs } = values
    const devices = devicesOf(values.smartctlDevices)
    const smart = { path, everyMs, devices, database, onFacts }
    const node = { files: createFiles(), machine: machine(), host: hostOptions(values) }
    const ceph = { cephPath: values.cephPath, diskOccupation: values.cephDiskOccupation }
    const collectors = nodeCollectors({ ...world, ...node, ...toolOptions(values), ceph, smart })
    const own = ownProcess(world.clock.nowMs())
    const agent = createAgent({
      ...world,
      version,
      instance: values.instance,
      everyMs: values.intervalMs,
      pushUrl: values.pushUrl,
      history: await openHistory(values, world, stack),
      collection: createCollection({ ...world, collectors: [...collectors, own] }),
    })
    stack.defer(() => agent.close())
    await serve(
      {
        name: 'the agent',
        address: values.listenAddress,
        flag: '--web.listen-address',
        handlers: [agent.handle, exact('/-/healthy', (_, response) => response.end('OK'))],
        log: world.log,
      },
      stack,
    )
    agent.start()
  },
})
