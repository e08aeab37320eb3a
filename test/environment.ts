/** What the run of the tests was told by its environment: the one place in tests that reads it. */

/** A PostgreSQL server to use instead of starting one, for a database per test. */
export const givenDatabaseUrl = () => process.env.ZSTONE_TEST_DATABASE_URL || undefined

/** A second Prometheus, of version 3: asked beside the installed one where a test compares. */
export const givenPrometheus3 = () => process.env.ZSTONE_TEST_PROMETHEUS3 || undefined

/** On a build machine nothing is skipped because something is not installed. */
export const isBuildMachine = () => process.env.CI === 'true'

/** Where programs are looked for; a child process gets no more of the environment. */
export const searchPath = () => process.env.PATH ?? ''

/** Where the run's own process answers; handed to the workers, which inherit the environment. */
export const runSocket = () => process.env.ZSTONE_TEST_RUN_SOCKET || undefined

export function setRunSocket(path: string): void {
  process.env.ZSTONE_TEST_RUN_SOCKET = path
}
