export { statusPage } from './status-page.ts'
