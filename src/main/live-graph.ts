/** The graph that a live stream runs through, made from what the stream is and how it is viewed. */
import type { ViewSettings } from '../contract/index.ts'
import type { GraphSpec } from '../graph/index.ts'
import type { ModelCard, StreamInfo } from '../signal/index.ts'

/** What a window shows before anybody has chosen. */
export const usualView: ViewSettings = {
  montage: 'recorded',
  lowCutHz: 0.5,
  highCutHz: 45,
  notchHz: 50,
  removeBlinks: false,
  binRateHz: 250,
}

/** Streams whose signal is worth filtering and judging. */
const signalTypes = new Set(['EEG', 'EOG', 'ECG', 'EMG', 'iEEG', 'ECoG'])
/** A cut closer to half the rate than this is none. */
const nyquistShare = 0.9
/** Below this there is nothing to see of a brain wave, and no mains to measure. */
const slowestSignalHz = 125
/** Samples that a cycle of the mains needs to be told from others. */
const fewestPerMainsCycle = 2.2

function isSignal(info: StreamInfo): boolean {
  return signalTypes.has(info.type) && info.nominalRateHz >= slowestSignalHz
}

/** @param decoder the model that watches the signal, if any */
export function liveGraph(
  info: StreamInfo,
  view: ViewSettings,
  decoder: ModelCard | undefined,
): GraphSpec {
  const spec = viewGraph(info, view)
  if (!isSignal(info)) return spec
  const mainsHz = view.notchHz ?? 50
  spec.nodes.quality = { node: 'quality', options: { mainsHz: measurable(mainsHz, info) } }
  spec.nodes.bands = { node: 'band-power' }
  spec.edges.push({ from: 'calibrated', to: 'quality' }, { from: 'calibrated', to: 'bands' })
  spec.outputs.quality = 'quality'
  spec.outputs.bands = 'bands'
  return decoder && info.type === 'EEG' ? withDecoder(spec, info, decoder, mainsHz) : spec
}

/** A 60 Hz hum is no hum to a stream at 125 Hz: all else is judged there all the same. */
function measurable(mainsHz: 50 | 60, { nominalRateHz }: StreamInfo): 50 | 60 {
  return nominalRateHz >= fewestPerMainsCycle * mainsHz ? mainsHz : 50
}

/** Raw counts to what the traces show: `filtered` where it is a signal, and `display`. */
export function viewGraph(info: StreamInfo, view: ViewSettings): GraphSpec {
  const spec: GraphSpec = {
    version: 1,
    name: `live ${info.name}`,
    sources: { raw: {} },
    nodes: { calibrated: { node: 'calibrate' } },
    edges: [{ from: 'raw', to: 'calibrated' }],
    outputs: {},
  }
  let shown = 'calibrated'
  const then = (id: string, node: string, options: Record<string, unknown>) => {
    spec.nodes[id] = { node, options }
    spec.edges.push({ from: shown, to: id })
    shown = id
  }
  if (isSignal(info)) {
    if (view.montage !== 'recorded' && info.type === 'EEG') {
      then('rereferenced', 'montage', { scheme: view.montage })
    }
    const options = viewFilter(info, view)
    if (options) then('filtered', 'filter-iir', options)
    if (view.removeBlinks && info.type === 'EEG') then('unblinked', 'blink-removal', {})
    spec.outputs.filtered = shown
  }
  const binRateHz = Math.min(view.binRateHz, info.nominalRateHz || view.binRateHz)
  then('display', 'display-envelope', { binRateHz })
  spec.outputs.display = 'display'
  return spec
}

/** Undefined when nothing is to be filtered. A cut that this rate cannot have is left out. */
function viewFilter(info: StreamInfo, view: ViewSettings) {
  const possible = (hz: number | null) =>
    hz !== null && hz < (info.nominalRateHz / 2) * nyquistShare ? hz : null
  const lowCutHz = possible(view.lowCutHz)
  const highCutHz = possible(view.highCutHz)
  const notchHz = possible(view.notchHz)
  if (lowCutHz === null && highCutHz === null && notchHz === null) return undefined
  const ordered = lowCutHz === null || highCutHz === null || lowCutHz < highCutHz
  return { lowCutHz, highCutHz: ordered ? highCutHz : null, notchHz, order: 2 }
}

/** The model sees its own channels behind its own filter, whatever the view shows. */
function withDecoder(
  spec: GraphSpec,
  info: StreamInfo,
  decoder: ModelCard,
  mainsHz: number,
): GraphSpec {
  const { filter, montage } = decoder.input
  let from = 'calibrated'
  if (montage === 'frontal-mean') {
    spec.nodes.frontal = { node: 'select', options: { channels: 'frontal' } }
    spec.edges.push({ from, to: 'frontal' })
    from = 'frontal'
  }
  if (filter) {
    const nyquistHz = (info.nominalRateHz / 2) * nyquistShare
    spec.nodes.conditioned = {
      node: 'filter-iir',
      options: {
        lowCutHz: filter.highPassHz,
        highCutHz: filter.lowPassHz < nyquistHz ? filter.lowPassHz : null,
        order: filter.order,
        notchHz: filter.notchQ === null ? null : mainsHz,
        ...(filter.notchQ === null ? {} : { notchQuality: filter.notchQ }),
      },
    }
    spec.edges.push({ from, to: 'conditioned' })
    from = 'conditioned'
  }
  spec.nodes.decoder = { node: 'infer', options: { model: decoder.name } }
  spec.edges.push({ from, to: 'decoder' })
  spec.outputs.decoder = 'decoder'
  return spec
}
