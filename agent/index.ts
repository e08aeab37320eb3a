export { type Agent, type AgentOptions, type Collection, createAgent } from './agent.ts'
export { agentSettings } from './settings.ts'
