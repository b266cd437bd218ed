/** The graph, drawn: boxes in layers, lines for what flows, frames around threads. */
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import type { GraphMeters, GraphShape, GraphSummary } from '../../../contract/index.ts'
import { type Group, type Laid, type Line, layoutGraph } from './layout.ts'
import { neighbour } from './neighbour.ts'
import { NodeBox } from './node-box.tsx'
import { useFitScale } from './use-fit-scale.ts'
import { queueWords } from './words.ts'

interface DrawingProps {
  readonly shape: GraphShape
  readonly state: GraphSummary['state']
  readonly history: readonly GraphMeters[]
  readonly selected: string | null
  readonly onSelect: (key: string | null) => void
}

export function Drawing({ shape, state, history, selected, onSelect }: DrawingProps) {
  const laid = useMemo(() => layoutGraph(shape), [shape])
  const frame = useRef<HTMLDivElement>(null)
  const scale = useFitScale(frame, laid.width)
  useEffect(() => {
    const element = frame.current
    // What the eye looks for first, the streams that come in, stands in the middle.
    if (element && scale > 0) element.scrollLeft = (element.scrollWidth - element.clientWidth) / 2
  }, [scale])
  const current = laid.boxes.find(({ key }) => key === selected)
  const moved = (event: KeyboardEvent) => {
    const { box: focused } = (event.target as HTMLElement).dataset
    const from = laid.boxes.find(({ key }) => key === focused)
    const next = neighbour(laid.boxes, from ?? current, event.key)
    if (!next) return
    event.preventDefault()
    onSelect(next.key)
    frame.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(next.key)}"]`)?.focus()
  }
  const size = { width: laid.width * scale, height: laid.height * scale }
  const props = { shape, state, now: history.at(-1), before: history[0] }
  return (
    <div className="graph-frame" ref={frame}>
      <div className="graph-paper" style={size}>
        <div
          className="graph-stage"
          style={{ width: laid.width, height: laid.height, transform: `scale(${scale})` }}
          role="listbox"
          aria-label={`Nodes of ${shape.name}`}
          tabIndex={-1}
          onKeyDown={moved}
        >
          <Lines laid={laid} selected={selected} shape={shape} />
          {laid.boxes.map((box, i) => (
            <NodeBox
              key={box.key}
              box={box}
              {...props}
              isSelected={box.key === selected}
              isReachable={current ? box === current : i === 0}
              onSelect={() => onSelect(box.key === selected ? null : box.key)}
            />
          ))}
          {laid.lines.map((line) => (
            <LineNote key={line.to} line={line} {...props} />
          ))}
        </div>
      </div>
    </div>
  )
}

function Lines({
  laid,
  shape,
  selected,
}: {
  readonly laid: Laid
  readonly shape: GraphShape
  readonly selected: string | null
}) {
  const [kind, id = ''] = splitKey(selected)
  const touches = (line: Line) => {
    if (selected === null) return false
    const edge = shape.edges.find(({ to }) => to === line.to)!
    if (kind === 'node') return edge.from.startsWith(`${id}.`) || edge.to.startsWith(`${id}.`)
    return kind === 'source' ? edge.from === id : edge.to === id
  }
  return (
    <svg className="graph-lines" width={laid.width} height={laid.height} aria-hidden="true">
      <defs>
        <marker
          id="graph-arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerUnits="userSpaceOnUse"
          markerWidth="8"
          markerHeight="8"
          orient="auto"
        >
          <path d="M0 0.5 8 4 0 7.5z" fill="context-stroke" />
        </marker>
      </defs>
      {laid.groups.map((group) => (
        <ThreadFrame key={group.key} group={group} />
      ))}
      {laid.lines.map((line) => (
        <path
          key={line.to}
          className={`graph-line ${touches(line) ? 'touched' : ''}`}
          d={line.path}
          markerEnd="url(#graph-arrow)"
        />
      ))}
    </svg>
  )
}

function ThreadFrame({ group }: { readonly group: Group }) {
  const { thread, x, y, width, height } = group
  return (
    <g className="graph-thread">
      <rect x={x} y={y} width={width} height={height} rx={3} />
      <text x={x + 8} y={y + 14}>
        thread {thread}
      </text>
    </g>
  )
}

/** What waits between two threads; and, on any line, what was lost on it. */
function LineNote({
  line,
  shape,
  now,
}: {
  readonly line: Line
  readonly shape: GraphShape
  readonly now: GraphMeters | undefined
}) {
  const edge = shape.edges.find(({ to }) => to === line.to)
  const meter = now?.edges.find(({ to }) => to === line.to)
  if (!edge?.queue) return null
  const share = Math.min(1, (meter?.queue?.waitingFrames ?? 0) / edge.queue.holdsFrames)
  const isLossy = (meter?.queue?.droppedFrames ?? 0) > 0
  return (
    <div
      className={`graph-queue ${isLossy ? 'lossy' : ''}`}
      style={{ left: line.x, top: line.y }}
      title={`${edge.from} → ${edge.to}`}
    >
      <span className="queue-bar">
        <span style={{ width: `${100 * share}%` }} />
      </span>
      {queueWords(edge.queue, meter?.queue)}
    </div>
  )
}

function splitKey(key: string | null): readonly [string, string | undefined] {
  if (key === null) return ['', undefined]
  const at = key.indexOf(' ')
  return [key.slice(0, at), key.slice(at + 1)]
}
