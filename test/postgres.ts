/** A database of its own for a test, on the one server of the run. */
import { request } from 'node:http'
import pg from 'pg'
import { assert } from '#lib/assert'
import { systemRandom } from '#lib/random'
import { givenDatabaseUrl, runSocket } from './environment.ts'
import { until } from './until.ts'

export interface FreshDatabase {
  readonly url: string
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>
}

export async function freshDatabase(): Promise<FreshDatabase> {
  const serverUrl = givenDatabaseUrl() ?? (await askRun())
  const name = `test_${systemRandom.hex(8)}`
  await execute(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: async () => void (await until(() => isDropped(serverUrl, name))),
  }
}

/** False: somebody who was told to leave has not left yet, which the server waits for 5 s. */
async function isDropped(serverUrl: string, name: string): Promise<boolean> {
  try {
    await execute(serverUrl, `drop database if exists ${name} with (force)`)
    return true
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '55006') return false
    throw error
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Asks the process that runs jest, which starts the server at the first question. */
function askRun(): Promise<string> {
  const socketPath = runSocket()
  assert(socketPath !== undefined, 'jest ran without test/global-setup.ts')
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, agent: false }, (response) => {
      let answer = ''
      response.on('data', (chunk: Buffer) => {
        answer += chunk.toString()
      })
      response.on('end', () =>
        response.statusCode === 200 ? resolve(answer) : reject(new Error(answer)),
      )
    })
    asked.on('error', reject).end()
  })
}
