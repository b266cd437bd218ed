/** Where a device under test writes: keeps a copy of everything, and notes each broken promise. */
import type {
  ChunkBuffer,
  ClockOffset,
  DeviceFact,
  DeviceOutput,
  Gap,
  LinkState,
  Marker,
  SamplePlace,
  Samples,
  StreamId,
  StreamInfo,
  SynapseError,
} from '../src/signal/index.ts'

/** What came of one stream; frame `i` of `values` has the index `indices[i]`. */
export class StreamLog {
  readonly indices: number[] = []
  readonly values: number[][] = []
  readonly hostTimes: number[] = []
  readonly deviceTimes: number[] = []
  readonly sequence: number[] = []
  readonly gaps: Gap[] = []
  readonly offsets: ClockOffset[] = []
  /** Frames per chunk. */
  readonly chunks: number[] = []
  /** Index of the next frame, by what came so far. */
  next = 0

  get lost(): number {
    return this.gaps.reduce((sum, gap) => sum + gap.lostSamples, 0)
  }

  /** Lets go of the frames that have come, where there are millions. @returns how many they were */
  forget(): number {
    const { length } = this.values
    for (const column of [
      this.indices,
      this.values,
      this.deviceTimes,
      this.sequence,
      this.chunks,
    ]) {
      column.length = 0
    }
    // The latest is compared with the next.
    this.hostTimes.splice(0, this.hostTimes.length - 1)
    return length
  }
}

export class DeviceLog implements DeviceOutput {
  readonly markers: Marker[] = []
  /** Where they belong, where that is said; by marker. */
  readonly markerPlaces: (SamplePlace | undefined)[] = []
  readonly facts: DeviceFact[] = []
  /** From these samples on other settings were in force. */
  readonly settings: SamplePlace[] = []
  readonly links: { state: LinkState; cause: SynapseError | undefined }[] = []
  /** What the contract forbids and was done all the same. */
  readonly violations: string[] = []
  readonly #streams = new Map<StreamId, StreamLog>()
  readonly #width: (stream: StreamId) => number | undefined

  /** @param width channels of a stream, where they are known by now */
  constructor(width: (stream: StreamId) => number | undefined) {
    this.#width = width
  }

  stream(id: StreamId): StreamLog {
    let log = this.#streams.get(id)
    if (!log) this.#streams.set(id, (log = new StreamLog()))
    return log
  }

  get states(): LinkState[] {
    return this.links.map(({ state }) => state)
  }

  chunk(id: StreamId, chunk: ChunkBuffer): void {
    const log = this.stream(id)
    const { frames, stride, hostTime } = chunk
    const width = this.#width(id) ?? stride
    this.#expect(chunk.firstSample === log.next, `${id}: ${chunk.firstSample}, not ${log.next}`)
    this.#expect(frames > 0 && frames * stride <= chunk.data.length, `${id}: ${frames} frames`)
    this.#expect(hostTime.length >= frames && stride >= width, `${id}: arrays are too short`)
    for (let f = 0; f < frames; f++) {
      this.#expect(hostTime[f]! >= (log.hostTimes.at(-1) ?? 0), `${id}: host time goes back`)
      log.indices.push(chunk.firstSample + f)
      log.values.push(frameOf(chunk.data, f * stride, width))
      log.hostTimes.push(hostTime[f]!)
      log.deviceTimes.push(chunk.deviceTime?.[f] ?? Number.NaN)
      log.sequence.push(chunk.sequence?.[f] ?? Number.NaN)
    }
    log.chunks.push(frames)
    log.next = chunk.firstSample + frames
  }

  gap(id: StreamId, gap: Gap): void {
    const log = this.stream(id)
    this.#expect(gap.atSample === log.next, `${id}: gap at ${gap.atSample}, not ${log.next}`)
    this.#expect(Number.isInteger(gap.lostSamples) && gap.lostSamples > 0, `${id}: empty gap`)
    log.gaps.push({ ...gap })
    log.next = gap.atSample + gap.lostSamples
  }

  clockOffset(id: StreamId, offset: ClockOffset): void {
    this.stream(id).offsets.push(offset)
  }

  marker(marker: Marker, at?: SamplePlace): void {
    this.markers.push({ ...marker })
    this.markerPlaces.push(at)
  }

  fact(fact: DeviceFact): void {
    this.facts.push(fact)
  }

  configured(streams: readonly StreamInfo[]): void {
    for (const { id } of streams) this.settings.push({ stream: id, sample: this.stream(id).next })
  }

  link(state: LinkState, cause?: SynapseError): void {
    this.links.push({ state, cause })
  }

  #expect(holds: boolean, otherwise: string): void {
    if (!holds && this.violations.length < 20) this.violations.push(otherwise)
  }
}

function frameOf(data: Samples, from: number, width: number): number[] {
  return Array.from(data.subarray(from, from + width))
}
