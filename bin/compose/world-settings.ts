/** How a program speaks of itself: its log and its traces. */
import { choice, optionalText } from '#lib/config'

export const worldSettings = {
  log: {
    level: choice({
      name: 'level',
      default: 'warn',
      of: ['debug', 'info', 'warn', 'error', 'silent'],
      help: 'The least severe lines that are logged, as JSON on standard error.',
    }),
  },
  otlpEndpoint: optionalText({
    name: 'otlp.endpoint',
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    help: 'Base URL of an OTLP/HTTP collector for traces; none: traces are not exported.',
  }),
}
