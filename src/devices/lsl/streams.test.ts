/** What senders say of their streams: of liblsl's bytes we read none, but this text. */
import { expect, onTestFinished, test } from 'vitest'
import { memoryStream } from '../../../test/device-memory-lsl.ts'
import { fuzzedPackets, fuzzTimeout } from '../../../test/fuzz/packets.ts'
import { seededRandom } from '../_emulator/faults.ts'
import { receivedStream } from './streams.ts'

const channel = (label: string) =>
  `<channel><label>${label}</label><unit>microvolts</unit><type>EEG</type><scaling>0.5</scaling></channel>`
const sound = `<?xml version="1.0"?><info><name>Amplifier</name><type>EEG</type>
<channel_count>2</channel_count><nominal_srate>250</nominal_srate>
<channel_format>float32</channel_format><source_id>amp-1</source_id><created_at>52.5</created_at>
<desc><!-- of the lab --><channels>${channel('C3')}${channel('C4 &amp; &#x3b1;')}</channels>
<acquisition><manufacturer>Acme</manufacturer></acquisition><cap><name><![CDATA[a > b]]></name></cap>
</desc></info>`
const nasty = [
  ...['-1', '1e999', 'NaN', '', '99999999999', '<', '>', '&', '&#x110000;', '&#0;', ']]>', '<!--'],
  ...['<info>', '</info>', '<channel/>', '<a b="c', '<?', '\0', 'é', '<desc>'.repeat(50)],
]

/** One to three places where something is exchanged, dropped, doubled or put in. */
function strange(random: () => number): string {
  const below = (n: number) => Math.floor(random() * n)
  let text = sound
  for (let times = 1 + below(3); times > 0; times--) {
    const [from, length] = [below(text.length), below(40)]
    const part = text.slice(from, from + length)
    const between = [nasty[below(nasty.length)]!, '', part + part][below(3)]!
    text = text.slice(0, from) + between + text.slice(from + length)
  }
  return text
}

test('a sound description has its channels, as they are labelled', () => {
  const { info } = receivedStream(memoryStream, sound)!
  expect(info.channels.map(({ label }) => label)).toEqual(['C3', 'C4 & α'])
})

test('strange descriptions are refused or make a stream, and throw nothing', {
  timeout: fuzzTimeout,
}, () => {
  // The traces of faults that nobody looks at would take most of the time.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  onTestFinished(() => {
    Error.stackTraceLimit = stackTraceLimit
  })
  const random = seededRandom(3)
  let streams = 0
  for (let n = 0; n < fuzzedPackets; n++) {
    const received = receivedStream(memoryStream, strange(random))
    if (!received) continue
    streams++
    const { channels, nominalRateHz } = received.info
    expect(channels).toHaveLength(2)
    expect(nominalRateHz).toBeGreaterThanOrEqual(0)
    for (const { label, scale, offset } of channels) {
      if (!Number.isFinite(scale + offset) || scale === 0) {
        expect.fail(`${label} ${scale} ${offset}`)
      }
    }
  }
  expect(streams).toBeGreaterThan(fuzzedPackets / 10)
  expect(streams).toBeLessThan(0.99 * fuzzedPackets)
})
