import { expect, test } from '@jest/globals'
import { createLog } from '#lib/log'
import { logfmtStream } from '#lib/logfmt'

function lines(): { written: string[]; log: ReturnType<typeof createLog> } {
  const written: string[] = []
  const out = { write: (line: string) => void written.push(line) }
  return { written, log: createLog('info', logfmtStream(out)) }
}

test('a line has its time, its level, its message and its fields', () => {
  const { written, log } = lines()
  log.child({ program: 'p' }).warn({ address: '127.0.0.1:9091' }, 'Listening on')
  expect(written).toHaveLength(1)
  expect(written[0]).toMatch(
    /^time=\d{4}-\S+Z level=WARN msg="Listening on" program=p address=127.0.0.1:9091\n$/,
  )
})

test('what would break a line apart is quoted', () => {
  const { written, log } = lines()
  log.info({ url: '/a?b=c', reason: 'two\nlines "here"', list: [1, 2], empty: '' }, 'x')
  expect(written[0]).toContain('url="/a?b=c" reason="two\\nlines \\"here\\"" list=[1,2] empty=""\n')
})
