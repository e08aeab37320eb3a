/** The agent of one node: reads its hardware, pushes it, and serves it at /metrics. */
import { hostname, machine } from 'node:os'
import { agentSettings, createAgent } from '#agent'
import { createCollection, createFiles, nodeCollectors } from '#collectors'
import { runInspect } from './compose/inspect.ts'
import { runProgram, version } from './compose/program.ts'
import { exact, serve } from './compose/serve.ts'
import { openWorld, worldSettings } from './compose/world.ts'

const [verb, ...words] = process.argv.slice(2)
if (verb === 'inspect') process.exit(await runInspect(words))

await runProgram({
  name: 'zstnlet',
  about: 'Reads the hardware of this node and pushes it to a pushgateway.',
  settings: { ...agentSettings(hostname()), ...worldSettings },
  async start({ values }, stack) {
    const world = openWorld('zstnlet', values, stack)
    const smart = { path: values.smartctlPath, everyMs: values.smartctlIntervalMs }
    const collectors = nodeCollectors({ ...world, files: createFiles(), machine: machine(), smart })
    const agent = createAgent({
      ...world,
      version,
      instance: values.instance,
      everyMs: values.intervalMs,
      pushUrl: values.pushUrl,
      collection: createCollection({ ...world, collectors }),
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
