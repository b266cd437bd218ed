/** Any stream that another program sends by LSL, or several at once; the address says which. */
import {
  asSynapseError,
  type DeviceDriver,
  type FoundDevice,
  type LslStream,
} from '../../signal/index.ts'
import { addressOf } from './address.ts'
import { LslGroup } from './group.ts'
import { type LslOptions, lslOptions } from './options.ts'
import { readPredicate } from './predicate.ts'
import { LslSession } from './session.ts'

export const lsl: DeviceDriver<LslOptions> = {
  id: 'lsl',
  title: 'LSL stream',
  help: 'A stream that another program sends by LSL, of any format; the address is its source id or name, or says which streams.',
  address: {
    kind: 'stream',
    label: 'Stream',
    example: "its source id, its name, or name@host; type='EEG' for all of a type, * for all",
  },
  options: lslOptions,
  async discover({ transports }) {
    try {
      const streams = await transports.lsl.find()
      return streams.map((stream) => foundAt(stream, streams))
    } catch (cause) {
      const problem = asSynapseError(cause, 'looking for LSL streams').note
      return [{ driver: 'lsl', address: '', name: 'LSL', problem }]
    }
  },
  open(address, options, context) {
    const predicate = readPredicate(address)
    return predicate
      ? LslGroup.open(address, predicate, options, context)
      : LslSession.open(address, options, context)
  },
}

function foundAt(stream: LslStream, all: readonly LslStream[]): FoundDevice {
  const { name, type, sourceId, hostname, channels, rateHz, format } = stream
  const count = `${channels} ${channels === 1 ? 'channel' : 'channels'}`
  const rate = rateHz > 0 ? `${rateHz} Hz` : 'irregular'
  return {
    driver: 'lsl',
    address: addressOf(stream, all),
    name: name || 'LSL stream without a name',
    detail: [type, count, rate, format, hostname, sourceId].filter(Boolean).join(' · '),
  }
}
