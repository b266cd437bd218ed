/** The inspector: what is known of the selected channel, and what the decoder says. */
import './inspector.css'
import { useMemo } from 'react'
import { type Row, rowsOf } from '../../frames/rows.ts'
import { useSetup, useView } from '../../state/workbench.ts'
import { BandPowers } from './band-powers.tsx'
import { ChannelQuality } from './channel-quality.tsx'
import { Decoder } from './decoder.tsx'
import { LatencyBudget } from './latency-budget.tsx'

export function InspectorPanel() {
  const { streams, outputs } = useSetup() ?? {}
  const { selected } = useView()
  const row = useMemo(
    () => rowsOf(streams ?? [], outputs).find(({ key }) => key === selected),
    [streams, outputs, selected],
  )
  const decoders = streams?.filter(({ role }) => role === 'decoder') ?? []
  return (
    <>
      <div className="panel-head">
        <h2>Inspector</h2>
      </div>
      <div className="panel-body">
        {row ? (
          <SelectedChannel row={row} />
        ) : (
          <p className="hint dim">
            {streams?.length
              ? 'Select a channel: click on it, or press ↑ or ↓.'
              : 'Quality, band power and decoder show here once a device streams.'}
          </p>
        )}
        {decoders.map((stream) => (
          <Decoder
            key={`${stream.device} ${stream.source}`}
            stream={stream}
            isOneOfSeveral={decoders.length > 1}
          />
        ))}
        {streams !== undefined && streams.length > 0 && <LatencyBudget />}
      </div>
    </>
  )
}

function SelectedChannel({ row }: { row: Row }) {
  return (
    <>
      <div className="channel-head">
        <span className="channel-name">{row.label}</span>
        <span className="dim">
          {row.type} · {row.source}
        </span>
      </div>
      <ChannelQuality row={row} />
      <BandPowers row={row} />
    </>
  )
}
