/**
 * End-to-end latency by loop-back: pulses leave by an output, come back through whatever is wired
 * to it as a channel of a device, and are found there on the raw samples.
 */
import { RingReader } from '../../ring/index.ts'
import { type Clock, newChunkBuffer, SynapseError, sleep } from '../../signal/index.ts'
import { type LinkStream, ledgerOfStream } from '../device-link.ts'
import { EdgeFinder } from './edges.ts'
import type { PulseOutput } from './pulse-output.ts'
import { type LatencySummary, PulseMatcher, type PulseTimes, summarise } from './pulses.ts'

export interface LoopBackSettings {
  readonly pulses: number
  /** Between two pulses; a little more each time, so that they fall anywhere between two samples. */
  readonly intervalSeconds: number
  readonly widthSeconds: number
  /** In the channel's unit. */
  readonly threshold: number
  readonly hysteresis: number
}

export interface LoopBackResult {
  readonly sent: number
  readonly found: number
  readonly missed: number
  readonly unexpected: number
  /** From the output to the sample's arrival in the host: what a closed loop feels. */
  readonly arrival: LatencySummary | null
  /** From the output to the sample's time in the recording: what an analysis sees. */
  readonly stamp: LatencySummary | null
  /** No latency can be told finer than so: the time between two samples. */
  readonly resolutionMs: number | null
  readonly lostSamples: number
  readonly pulses: readonly PulseTimes[]
}

const pollSeconds = 0.002
const maxFrames = 512
/** Until the first sample; and what is watched before the first pulse, for the channel to be low. */
const patienceSeconds = 10
const calmSeconds = 0.5
/** Shares of the interval. */
const spread = 0.2
const golden = 0.618_034

/** @throws SynapseError silent-device where no sample comes */
export async function measureLoopBack(
  clock: Clock,
  stream: LinkStream,
  channel: number,
  output: PulseOutput,
  settings: LoopBackSettings,
): Promise<LoopBackResult> {
  const { pulses, intervalSeconds, widthSeconds } = settings
  const matcher = new PulseMatcher(intervalSeconds)
  const reading = reader(stream, channel, settings, matcher)
  await firstSample(clock, stream)
  await readUntil(clock, reading, clock.now() + calmSeconds)
  for (let k = 1; k <= pulses; k++) {
    const sentAt = clock.now()
    matcher.sent(sentAt)
    output.set(1)
    await readUntil(clock, reading, sentAt + widthSeconds)
    output.set(0)
    const next = intervalSeconds * (1 + spread * ((k * golden) % 1))
    await readUntil(clock, reading, sentAt + next)
  }
  while (!matcher.isSettled(clock.now())) await readUntil(clock, reading, clock.now())
  return resultOf(stream, matcher)
}

function reader(
  { info, writer }: LinkStream,
  channel: number,
  { threshold, hysteresis }: LoopBackSettings,
  matcher: PulseMatcher,
): () => void {
  const { scale, offset } = info.channels[channel]!
  const shape = { channel, scale, offset, threshold, hysteresis }
  const edges = new EdgeFinder(shape, (arrival, stamp) => matcher.edge(arrival, stamp))
  const ring = new RingReader(writer.shared, 'now')
  const { format, channels } = writer.shared.shape
  const chunk = newChunkBuffer({ format, channels, maxFrames })
  return () => {
    for (let got = ring.read(chunk); got !== 'empty'; got = ring.read(chunk)) {
      if (got === 'chunk') edges.chunk(chunk)
      else edges.gap()
    }
  }
}

async function firstSample(clock: Clock, { info, writer }: LinkStream): Promise<void> {
  const deadline = clock.now() + patienceSeconds
  while (writer.expected === 0 && clock.now() < deadline) await sleep(clock, pollSeconds)
  if (writer.expected === 0) {
    throw new SynapseError('silent-device', `waiting for ${info.name}: no sample came`)
  }
}

async function readUntil(clock: Clock, read: () => void, end: number): Promise<void> {
  do {
    await sleep(clock, pollSeconds)
    read()
  } while (clock.now() < end)
}

function resultOf(stream: LinkStream, { pulses, unexpected }: PulseMatcher): LoopBackResult {
  const found = pulses.filter(({ arrivedAt }) => !Number.isNaN(arrivedAt))
  const { nominalRateHz } = stream.info
  return {
    sent: pulses.length,
    found: found.length,
    missed: pulses.length - found.length,
    unexpected,
    arrival: summarise(found.map(({ arrivedAt, sentAt }) => arrivedAt - sentAt)),
    stamp: summarise(found.map(({ stampedAt, sentAt }) => stampedAt - sentAt)),
    resolutionMs: nominalRateHz > 0 ? 1e3 / nominalRateHz : null,
    lostSamples: ledgerOfStream(stream).lost,
    pulses,
  }
}

/**
 * @param label of the channel, or `STREAM/LABEL` where several streams have one of that name
 * @throws SynapseError bad-option, naming the channels that there are
 */
export function channelNamed(
  streams: readonly LinkStream[],
  label: string,
): { readonly stream: LinkStream; readonly channel: number } {
  for (const stream of streams) {
    const { id, name, channels } = stream.info
    const channel = channels.findIndex((each) =>
      [each.label, `${id}/${each.label}`, `${name}/${each.label}`].includes(label),
    )
    if (channel >= 0) return { stream, channel }
  }
  const known = streams.flatMap(({ info }) => info.channels.map((each) => each.label))
  throw new SynapseError('bad-option', `looking for the channel "${label}": there is none`, {
    remedy: `Channels: ${known.join(', ') || 'none'}.`,
  })
}
