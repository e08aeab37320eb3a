/** The machine's own monotonic time in milliseconds: the same in every process on it. */
export const momentMs = () => Number(process.hrtime.bigint()) / 1e6
