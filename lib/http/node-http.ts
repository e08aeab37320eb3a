/**
 * Node's http, without what an `import` of it brings along: that reads every export, among them a
 * WebSocket client, and for it loads a second HTTP stack: 14 MB in a process that needs neither.
 */
export const { Agent, createServer, request } = process.getBuiltinModule('node:http')
