/**
 * Prints how good the figures of collectors are that are reckoned, on datasets of real devices:
 * `npm run evaluate:wear -- FILE.jsonl.gz`, `npm run evaluate:forecast -- FILE.jsonl.gz`,
 * `npm run evaluate:failures -- FILE.csv.gz…`.
 */
import { evaluations } from '#collectors'
import { messageOf } from '#lib/errors'

const [what = '', ...files] = process.argv.slice(2)
const evaluate = evaluations[what]
if (evaluate === undefined || files.length === 0) {
  console.error(`Usage: npm run evaluate:{${Object.keys(evaluations).join(',')}} -- FILE…`)
  process.exit(1)
}
try {
  console.log(await evaluate(files))
} catch (error) {
  console.error(messageOf(error))
  process.exitCode = 1
}
