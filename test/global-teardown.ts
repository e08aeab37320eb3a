/** Jest calls this once after all tests of a run. */

// biome-ignore lint/style/noDefaultExport: jest asks for it.
export default async function tearDown(): Promise<void> {
  await globalThis.zstoneTestRun?.close()
}
