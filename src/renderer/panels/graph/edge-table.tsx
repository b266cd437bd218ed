/** What went along the edges of a box: chunks, samples, gaps, and what waits in a queue. */
import type { GraphEdge, GraphMeters } from '../../../contract/index.ts'
import { formatCount } from '../../ui/format.ts'
import { edgeRates } from './rates.ts'
import { formatPerSecond, queueWords } from './words.ts'

interface EdgeTableProps {
  readonly title: string
  readonly edges: readonly GraphEdge[]
  readonly history: readonly GraphMeters[]
  /** The end that is named. */
  readonly end: 'from' | 'to'
}

export function EdgeTable({ title, edges, history, end }: EdgeTableProps) {
  if (edges.length === 0) return null
  const [now, before] = [history.at(-1), history[0]]
  const seconds = now && before ? now.time - before.time : 0
  return (
    <table className="graph-edges">
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">chunks</th>
          <th scope="col">samples</th>
          <th scope="col">/s</th>
          <th scope="col">gaps</th>
        </tr>
      </thead>
      <tbody>
        {edges.map((edge) => {
          const meter = now?.edges.find(({ to }) => to === edge.to)
          const earlier = before?.edges.find(({ to }) => to === edge.to)
          const rate = meter ? edgeRates(meter, earlier, seconds).frames : Number.NaN
          return [
            <tr key={edge.to}>
              <th scope="row">{edge[end]}</th>
              <td>{meter ? formatCount(meter.chunks) : '–'}</td>
              <td>{meter ? formatCount(meter.frames) : '–'}</td>
              <td>{formatPerSecond(rate)}</td>
              <td className={meter && meter.gaps > 0 ? 'lossy' : ''}>
                {meter ? formatCount(meter.gaps) : '–'}
              </td>
            </tr>,
            edge.queue && (
              <tr key={`queue ${edge.to}`} className="queue">
                <td colSpan={5}>queue: {queueWords(edge.queue, meter?.queue)}</td>
              </tr>
            ),
          ]
        })}
      </tbody>
    </table>
  )
}
