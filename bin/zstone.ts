/** Everything in one process: measures, judges, tells, repairs, and shows it. */
import { openOneNode } from './compose/one-node.ts'
import { runProgram } from './compose/program.ts'
import { zstoneSettings } from './compose/settings.ts'

await runProgram({
  name: 'zstone',
  about: 'A storage cluster that watches, explains and heals itself; everything in one process.',
  settings: zstoneSettings,
  fileKey: 'config',
  start: openOneNode,
})
