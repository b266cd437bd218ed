/** What a model says of the signal: its last answer, the last half minute, and how often it fired. */
import { useEffect, useRef } from 'react'
import type { ViewStream } from '../../../contract/index.ts'
import { pastSeconds } from '../../frames/feature-stream.ts'
import { useStore } from '../../state/store.ts'
import { usePreferences, useSetup, useWorkbench } from '../../state/workbench.ts'
import { formatCount, formatMilliseconds } from '../../ui/format.ts'
import { useShownTheme } from '../../ui/use-shown-theme.ts'
import { drawPast } from './decoder-plot.ts'
import { useFeature } from './use-feature.ts'

interface DecoderProps {
  readonly stream: ViewStream
  /** There are others: it says of which device it is. */
  readonly isOneOfSeveral: boolean
}

export function Decoder({ stream, isOneOfSeveral }: DecoderProps) {
  const feature = useFeature(stream)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { inspectorWidth } = usePreferences()
  const theme = useShownTheme()
  const device = useSetup()?.devices.find(({ id }) => id === stream.device)
  const latency = useStore(useWorkbench().status)?.latency
  const version = feature?.version ?? 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn depends on all of these
  useEffect(() => {
    if (canvas.current && feature) drawPast(canvas.current, feature)
  }, [feature, version, theme, inspectorWidth])
  const label = stream.channels[0]?.label ?? 'decoder'
  const value = feature?.latest[0]
  const { threshold } = stream
  const fired = value !== undefined && threshold !== undefined && value > threshold
  return (
    <section className="decoder">
      <h3 className="section-head">
        Decoder: {label}
        {isOneOfSeveral && ` · ${device?.name ?? stream.device}`}
      </h3>
      <dl className="values">
        <div className={fired ? 'fired' : ''}>
          <dt>probability</dt>
          <dd>
            {value === undefined ? '–' : value.toFixed(2)}
            {threshold !== undefined && <span className="unit">event above {threshold}</span>}
          </dd>
        </div>
        <div>
          <dt>events</dt>
          <dd>
            {formatCount(feature?.events ?? 0)}
            <span className="unit">since this window opened</span>
          </dd>
        </div>
        <div>
          <dt>latency</dt>
          <dd>
            {latency?.inference ? (
              <>
                {formatMilliseconds(latency.inference.p50Ms)}
                <span className="unit">ms p50</span>
                <span className="second">{formatMilliseconds(latency.inference.p99Ms)}</span>
                <span className="unit">ms p99</span>
              </>
            ) : (
              '–'
            )}
          </dd>
        </div>
      </dl>
      <canvas ref={canvas} className="past" role="img" aria-label={`Last ${pastSeconds} seconds`} />
      <div className="past-axis dim">
        <span>−{pastSeconds} s</span>
        <span>now</span>
      </div>
    </section>
  )
}
