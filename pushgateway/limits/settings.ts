/** The limits on pushes that a server may set; 0 is none. */
import { duration, whole } from '#lib/config'

const limit = (name: string, help: string) => whole({ name, default: 0, help: `${help} 0: any.` })

export const limitSettings = {
  storedSizeMax: whole({
    name: 'stored-size-max',
    default: 256 * 1024 * 1024,
    least: 1,
    most: 512 * 1024 * 1024,
    help: 'Bytes that one push may come to when the labels of its group stand in each series.',
  }),
  queueBytesMax: whole({
    name: 'queue-bytes-max',
    default: 256 * 1024 * 1024,
    least: 1,
    help: 'Bytes that the bodies of all pushes under way may have; further ones get 429.',
  }),
  readersMax: whole({
    name: 'readers-max',
    default: 500,
    least: 1,
    help: 'Bodies that are read at once, so that slow clients do not fill the queue.',
  }),
  readTimeout: duration({
    name: 'read-timeout',
    default: '2m',
    help: 'Time in which the body of a push must have arrived; 0: any.',
  }),
  familiesMax: limit('families-max', 'Metric families that one push may have.'),
  seriesPerGroupMax: limit('series-per-group-max', 'Series that a group may have.'),
  seriesMax: limit('series-max', 'Series that /metrics may show of all groups.'),
  labelsMax: limit('labels-max', 'Labels that a series may have, those of its group included.'),
  labelNameLengthMax: limit('label-name-length-max', 'Bytes that the name of a label may have.'),
  labelValueLengthMax: limit('label-value-length-max', 'Bytes that a label value may have.'),
}
