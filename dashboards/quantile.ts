/** Of a histogram; absent, not NaN, where nothing was observed: then the panel says so in words. */
export const quantile = (share: number, buckets: string) =>
  `histogram_quantile(${share}, ${buckets}) >= 0`
