/** The original's query API: `/api/v1/metrics`, `/api/v1/status`, open to pages of any origin. */
import type { ServerResponse } from 'node:http'
import { sendJson } from '#lib/http/message'
import { groupsAsJson } from '../scrape/json-api.ts'
import type { Exchange } from './exchange.ts'
import { sendAnswer, sendChunks } from './respond.ts'

export async function serveApiMetrics({ world, request, response }: Exchange): Promise<void> {
  allowAnyOrigin(response)
  const chunks = groupsAsJson(world.store.groups())
  await sendChunks(request, response, { contentType: 'application/json', chunks })
}

export function serveApiStatus({ world, response }: Exchange): void {
  allowAnyOrigin(response)
  sendJson(response, 200, { status: 'success', data: world.status() })
}

export function serveApiOptions({ response }: Exchange): void {
  allowAnyOrigin(response)
  sendAnswer(response, { status: 200 })
}

function allowAnyOrigin(response: ServerResponse): void {
  for (const [name, value] of Object.entries(apiHeaders)) response.setHeader(name, value)
}

const apiHeaders = {
  'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type, Origin',
  'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Date',
  'Cache-Control': 'no-cache, no-store, must-revalidate',
}
