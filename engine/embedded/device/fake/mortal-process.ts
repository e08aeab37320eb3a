/** A file system as one process sees it: once the process is killed, nothing it does has effect. */
import type { File, FileSystem } from '../file-system.ts'

export interface MortalProcess {
  readonly fileSystem: FileSystem
  kill(): void
}

export function createMortalProcess(fileSystem: FileSystem): MortalProcess {
  let isDead = false
  const living = <A extends unknown[], R>(run: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (isDead) throw new Error('the process was killed')
      const result = await run(...args)
      if (isDead) throw new Error('the process was killed')
      return result
    }
  }
  const livingFile = (file: File): File => ({
    read: living(file.read),
    write: living(file.write),
    sync: living(file.sync),
    truncate: living(file.truncate),
    sizeBytes: living(file.sizeBytes),
    close: file.close,
  })
  return {
    fileSystem: {
      open: living(async (path, how) => livingFile(await fileSystem.open(path, how))),
      readFile: living(fileSystem.readFile),
      replaceFile: living(fileSystem.replaceFile),
      list: living(fileSystem.list),
      makeFolder: living(fileSystem.makeFolder),
      remove: living(fileSystem.remove),
      syncFolder: living(fileSystem.syncFolder),
      identity: living(fileSystem.identity),
      space: living(fileSystem.space),
    },
    kill() {
      isDead = true
    },
  }
}
