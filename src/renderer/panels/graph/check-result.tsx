/** What the check has found: what is wrong and where, or what would become of every node. */
import type { GraphPlan, GraphProblem } from '../../../contract/index.ts'
import { Icon } from '../../ui/icon.tsx'

interface CheckResultProps {
  readonly problem: GraphProblem | null
  readonly plan: GraphPlan | null
  readonly isChecking: boolean
  readonly isNew: boolean
  /** Takes the eye to the place in the text. */
  readonly onShow: () => void
}

export function CheckResult({ problem, plan, isChecking, isNew, onShow }: CheckResultProps) {
  return (
    <div className={isChecking ? 'check-result stale' : 'check-result'} aria-live="polite">
      {problem && <Problem problem={problem} onShow={onShow} />}
      {plan && <Plan plan={plan} isNew={isNew} />}
    </div>
  )
}

function Problem({
  problem,
  onShow,
}: {
  readonly problem: GraphProblem
  readonly onShow: () => void
}) {
  const { note, line, column, node, port, value } = problem
  const place = [
    `line ${line}, column ${column}`,
    node !== null && `node ${node}`,
    port !== null && `port ${port}`,
  ].filter(Boolean)
  return (
    <div className="trouble fault problem" role="alert">
      <Icon name="fault" size={14} />
      <span>
        {note.message} <span className="dim">[{note.code}]</span>
      </span>
      <span className="place">
        {place.join(', ')}
        {value !== null && (
          <>
            : <code>{value}</code>
          </>
        )}{' '}
        <button type="button" className="button small" onClick={onShow}>
          Show the place
        </button>
      </span>
      <span className="remedy">{note.remedy}</span>
    </div>
  )
}

const fates: Readonly<Record<GraphPlan['nodes'][number]['fate'], readonly [string, string]>> = {
  kept: ['=', 'keeps its state'],
  anew: ['↻', 'opens anew'],
  begins: ['+', 'begins'],
  ends: ['−', 'ends'],
}
const reasons: Readonly<Record<GraphPlan['nodes'][number]['because'][number], string>> = {
  kind: 'another kind',
  options: 'other options',
  input: 'another input',
  resilience: 'other policies',
  source: 'another source',
}

function Plan({ plan, isNew }: { readonly plan: GraphPlan; readonly isNew: boolean }) {
  const { nodes, sources, outputs, threads, isCutAnew, isBoundAnew } = plan
  const kept = nodes.filter(({ fate }) => fate === 'kept').map(({ id }) => id)
  return (
    <>
      <p className="hint sound">
        <Icon name="check" size={14} />
        {plan.name}: nothing is wrong.{isNew ? '' : ' Applied, this would change:'}
      </p>
      {isBoundAnew && (
        <p className="hint">
          It reads other sources: the old graph ends, this one begins at the newest sample.
        </p>
      )}
      {isCutAnew && (
        <p className="hint">
          It is cut over threads in another way: all of them stop at one sample while it opens. No
          sample is lost.
        </p>
      )}
      <ul className="fates" aria-label="What becomes of the nodes">
        {nodes
          .filter(({ fate }) => isNew || fate !== 'kept')
          .map(({ id, kind, fate, because }) => (
            <li key={`${fate} ${id}`} className={fate}>
              <span className="sign" aria-hidden="true">
                {fates[fate][0]}
              </span>
              <span className="id">{id}</span>
              <span className="dim">{kind}</span>
              <span className="fate">
                {fates[fate][1]}
                {because.length > 0 && (
                  <span className="dim">: {because.map((why) => reasons[why]).join(', ')}</span>
                )}
              </span>
            </li>
          ))}
        {kept.length > 0 && (
          <li className="kept all">
            <span className="sign" aria-hidden="true">
              =
            </span>
            <span>
              {kept.length === 1 ? 'keeps its' : 'keep their'} state: {kept.join(', ')}
            </span>
          </li>
        )}
      </ul>
      <p className="hint dim">
        Reads {sources.map(({ name, stream }) => `${stream} as ${name}`).join(', ')}; gives{' '}
        {outputs.join(', ') || 'nothing'}
        {threads.length > 1 && `; threads ${threads.join(', ')}`}.
      </p>
    </>
  )
}
