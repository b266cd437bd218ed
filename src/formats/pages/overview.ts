/**
 * A recording to look at, at any place and any width: pages at once, from the samples where the
 * format can be entered in its midst and from an envelope of all, which is built by going through
 * the file once and kept for the next time. Bounded in memory, whatever the size of the file.
 */
import { basename, dirname, join } from 'node:path'
import { SynapseError } from '../../signal/index.ts'
import { openBeside, openFileSource } from '../file-io.ts'
import type { ByteSource } from '../io.ts'
import { openRecording } from '../open.ts'
import { openParts, partsOf } from '../parts.ts'
import type { Recording } from '../recording.ts'
import { makeRoom, type OverviewFacts, OverviewFolder, printOf } from './overview-folder.ts'
import { type KeptStream, OverviewStream, type StreamFiles } from './overview-stream.ts'
import { storedFrames } from './stored-frames.ts'

export interface OverviewProgress {
  readonly doneSamples: number
  readonly samples: number
  readonly isBuilt: boolean
}

export class Overview {
  readonly facts: OverviewFacts
  readonly #folder: OverviewFolder
  readonly #streams: ReadonlyMap<string, OverviewStream>
  readonly #sources: ByteSource[]
  /** Null once the overview is built. */
  #recording: Recording | null
  /** Pages that are being read: building waits for them. */
  #pages = 0
  #resume: (() => void) | null = null
  /** The page that is being read; it fails for whoever asked for it alone. */
  #reading: Promise<void> = Promise.resolve()
  #isClosed = false
  #building: Promise<void> | null = null

  constructor(parts: {
    facts: OverviewFacts
    folder: OverviewFolder
    streams: ReadonlyMap<string, OverviewStream>
    sources: ByteSource[]
    recording: Recording | null
  }) {
    this.facts = parts.facts
    this.#folder = parts.folder
    this.#streams = parts.streams
    this.#sources = parts.sources
    this.#recording = parts.recording
  }

  get progress(): OverviewProgress {
    let [doneSamples, samples] = [0, 0]
    for (const { recorded, doneFrames } of this.#streams.values()) {
      doneSamples += doneFrames * recorded.info.channels.length
      samples += recorded.samples * recorded.info.channels.length
    }
    return { doneSamples, samples, isBuilt: this.#recording === null }
  }

  /** @throws SynapseError bad-option for a stream that has no samples to show */
  stream(id: string): OverviewStream {
    const stream = this.#streams.get(id)
    if (stream) return stream
    throw new SynapseError('bad-option', `reading a page: there is no stream "${id}"`, {
      remedy: `Streams: ${[...this.#streams.keys()].join(', ')}.`,
    })
  }

  /**
   * Reads one page after the other, in memory that they share. Meanwhile nothing is built: reading
   * wants the disk and the thread for itself.
   */
  async inTurn<T>(read: () => Promise<T>): Promise<T> {
    this.#pages += 1
    const before = this.#reading
    const result = before.then(read)
    this.#reading = result.then(
      () => {},
      () => {},
    )
    try {
      return await result
    } finally {
      this.#pages -= 1
      if (this.#pages === 0) this.#resume?.()
    }
  }

  /**
   * Goes through the file once; resolves when all is built, at once if it is, early when closed.
   * @throws SynapseError disk-full, io-failed, file-denied: pages are read on without an envelope
   */
  build(): Promise<void> {
    this.#building ??= this.#build()
    return this.#building
  }

  async #build(): Promise<void> {
    const recording = this.#recording
    if (!recording) return
    this.#folder.begin()
    try {
      for await (const item of recording.read()) {
        if (this.#isClosed) break
        if (item.kind === 'gap') continue
        this.#streams.get(item.stream)?.add(item.chunk, item.place)
        if (this.#pages > 0) await this.#pagesRead()
      }
      if (this.#isClosed) {
        for (const stream of this.#streams.values()) await stream.abandon()
        this.#folder.remove()
        return
      }
      const kept = new Map<string, KeptStream>()
      for (const [id, stream] of this.#streams) {
        await stream.finish()
        kept.set(id, stream.kept)
      }
      this.#folder.save(this.facts, kept)
      this.#recording = null
      await recording.close()
      makeRoom(dirname(this.#folder.path), this.#folder)
    } catch (error) {
      for (const stream of this.#streams.values()) await stream.abandon()
      this.#folder.remove()
      throw error
    }
  }

  async #pagesRead(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#resume = resolve
    })
    this.#resume = null
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#resume?.()
    await this.#building?.catch(() => {})
    for (const stream of this.#streams.values()) await stream.close()
    for (const source of this.#sources) await source.close()
    await this.#recording?.close()
  }
}

/**
 * All parts of a recording that is in several files are one.
 * @param folder where overviews are kept
 * @throws SynapseError as `openRecordingFile`
 */
export async function openOverview(path: string, folder: string): Promise<Overview> {
  const own = new OverviewFolder(folder, path)
  const kept = await own.load()
  if (kept) return openKept(own, kept.facts, kept.kept)
  const { recording, paths, others } = await openWhole(path)
  const sources: ByteSource[] = []
  try {
    for (const each of paths) sources.push(await openFileSource(each))
    const files = []
    for (const each of [...paths, ...others]) files.push(await printOf(each))
    const stored = await storedFrames(recording.format, sources[0]!)
    const streams = new Map<string, OverviewStream>()
    for (const [i, stream] of numericStreams(recording.streams).entries()) {
      const { id } = stream.info
      const lent = streamFiles(own, i, sources)
      streams.set(id, new OverviewStream(stream, stored.get(id) ?? null, lent))
    }
    const facts: OverviewFacts = {
      format: recording.format,
      startedAt: recording.startedAt?.toISOString() ?? null,
      files,
      parts: paths.length,
      streams: recording.streams,
      markers: recording.markers,
      problems: recording.problems,
    }
    return new Overview({ facts, folder: own, streams, sources, recording })
  } catch (error) {
    for (const source of sources) await source.close()
    await recording.close()
    throw error
  }
}

async function openKept(
  folder: OverviewFolder,
  facts: OverviewFacts,
  kept: ReadonlyMap<string, KeptStream>,
): Promise<Overview> {
  const sources: ByteSource[] = []
  for (const { path } of facts.files.slice(0, facts.parts)) sources.push(await openFileSource(path))
  const streams = new Map<string, OverviewStream>()
  for (const [i, stream] of numericStreams(facts.streams).entries()) {
    const { id } = stream.info
    const known = kept.get(id)
    const lent = streamFiles(folder, i, sources)
    if (known) streams.set(id, OverviewStream.kept(stream, known, lent))
  }
  return new Overview({ facts, folder, streams, sources, recording: null })
}

function numericStreams(streams: OverviewFacts['streams']): OverviewFacts['streams'] {
  return streams.filter(({ info }) => info.sampleFormat !== 'json')
}

function streamFiles(folder: OverviewFolder, stream: number, sources: ByteSource[]): StreamFiles {
  return {
    level: (level) => folder.file(`${stream}.level-${level}`),
    copy: folder.file(`${stream}.samples`),
    sources: () => sources,
    open: async (path) => {
      const source = await openFileSource(path)
      sources.push(source)
      return source
    },
  }
}

interface Whole {
  readonly recording: Recording
  /** Of the parts, in their order. */
  readonly paths: readonly string[]
  /** Files beside it that belong to it. */
  readonly others: readonly string[]
}

/** The recording with all its parts. @throws SynapseError as `openRecordingFile` */
async function openWhole(path: string): Promise<Whole> {
  // Only ours are split, and they are XDF.
  if (/\.xdf$/i.test(path) && partsOf(path).length > 1) {
    const recording = await openParts(path)
    return { recording, paths: recording.paths ?? [path], others: [] }
  }
  const source = await openFileSource(path)
  const others = new Set<string>()
  try {
    const recording = await openRecording(source, path, async (name) => {
      const beside = await openBeside(path, name)
      others.add(join(dirname(path), basename(name)))
      return beside
    })
    return { recording, paths: [path], others: [...others] }
  } catch (error) {
    await source.close()
    throw error
  }
}
