/** What the selected channel's signal is worth, and why. */
import type { Row } from '../../frames/rows.ts'
import { formatShort, formatUnit } from '../../ui/format.ts'
import { QualityMark } from '../_quality/quality-mark.tsx'
import { type Quality, useQuality } from '../_quality/use-quality.ts'

const reasons: Record<Quality['reason'], string> = {
  good: 'The raw signal moves as EEG does.',
  railed: 'The amplifier is at the end of its range. Check electrode and reference.',
  flat: 'The signal does not move. Is the electrode plugged in, the channel on?',
  mains: 'Mostly mains hum. Check contact and ground; move cables away from power.',
  noisy: 'Stronger than EEG is. Check contact; ask for stillness.',
  alone: 'Like none of its neighbours. Check this electrode’s contact.',
}

export function ChannelQuality({ row }: { row: Row }) {
  const quality = useQuality(row)(row.channel)
  return (
    <section>
      <h3 className="section-head">Quality of the raw signal</h3>
      {quality ? (
        <>
          <div className="verdict">
            <QualityMark quality={quality} />
            <p className="dim">{reasons[quality.reason]}</p>
          </div>
          <dl className="values">
            <div>
              <dt>score</dt>
              <dd>
                {Math.round(quality.score * 100)}
                <span className="unit">%</span>
              </dd>
            </div>
            <div>
              <dt>RMS</dt>
              <dd>
                {formatShort(quality.rms)}
                <span className="unit">{formatUnit(row.unit)}</span>
              </dd>
            </div>
            <div>
              <dt>mains</dt>
              <dd>
                {Math.round(quality.mainsShare * 100)}
                <span className="unit">% of power</span>
              </dd>
            </div>
          </dl>
        </>
      ) : (
        <p className="hint dim">Not judged: this stream is no EEG, or has just begun.</p>
      )}
    </section>
  )
}
