import { expect, test } from '@jest/globals'
import { negotiate } from './negotiate.ts'

const protobuf =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited'

test.each([
  ['', 'text', 'underscores'],
  ['*/*', 'text', 'underscores'],
  ['application/json', 'text', 'underscores'],
  ['text/plain', 'text', 'underscores'],
  ['text/plain;version=0.0.3', 'text', 'underscores'],
  [`${protobuf};q=0.7,text/plain;version=0.0.4;q=0.3`, 'protobuf', 'underscores'],
  [`${protobuf};q=0.3,text/plain;version=0.0.4;q=0.7`, 'text', 'underscores'],
  [`${protobuf};q=0,text/plain;q=0.1`, 'text', 'underscores'],
  [`${protobuf};q=0`, 'text', 'underscores'],
  ['application/vnd.google.protobuf', 'text', 'underscores'],
  [`${protobuf}; escaping=values`, 'protobuf', 'values'],
  ['text/plain;escaping=allow-utf-8', 'text', 'allow-utf-8'],
  ['text/plain; escaping=dots', 'text', 'dots'],
  ['text/plain;escaping=none', 'text', 'underscores'],
  ['application/openmetrics-text;version=1.0.0', 'text', 'underscores'],
  // What Prometheus 3 sends: its wish for escaping stands with a format that we do not have.
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.3',
    'text',
    'allow-utf-8',
  ],
])('%j gets %s with %s', (accept, format, escaping) => {
  expect(negotiate(accept, { openMetrics: false })).toMatchObject({ format, escaping })
})

test('OpenMetrics is given where it is allowed', () => {
  const accept = 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5'
  expect(negotiate(accept, { openMetrics: true })).toEqual({
    format: 'openmetrics',
    escaping: 'underscores',
    contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores',
  })
})
