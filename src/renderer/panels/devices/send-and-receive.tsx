/** What leaves this program for others while it records, and who may send markers into it. */
import { type ReactNode, useId, useState } from 'react'
import type { NetworkFigures, NetworkSetup } from '../../../contract/index.ts'
import { useStore } from '../../state/store.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'
import { Choice, type ChoiceOption } from '../../ui/choice.tsx'
import { formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'
import { type Endpoint, endpointText, parseEndpoint } from './endpoint.ts'
import { SendByLsl } from './send-by-lsl.tsx'

type Kind = NetworkSetup['targets'][number]['kind']

const kindNames: Record<Kind, string> = { osc: 'OSC', udp: 'UDP', websocket: 'WebSocket' }
const kinds = (Object.keys(kindNames) as Kind[]).map((value) => ({ value, text: kindNames[value] }))
const usualPorts: Record<Kind, string> = { osc: '9000', udp: '9001', websocket: '8765' }
const sendings: readonly ChoiceOption<NetworkSetup['sending']>[] = [
  { value: 'devices', text: 'devices and markers' },
  { value: 'everything', text: 'all, processed too' },
]

export function SendAndReceive() {
  const network = useSetup()?.network
  const figures = useStore(useWorkbench().status)?.network ?? null
  if (!network) return null
  return (
    <>
      <SendByLsl figures={figures} />
      <Targets network={network} figures={figures} />
      <MarkerPort at={network.markersAt} figures={figures} />
    </>
  )
}

interface TargetsProps {
  readonly network: NetworkSetup
  readonly figures: NetworkFigures | null
}

function Targets({ network, figures }: TargetsProps) {
  const { link } = useWorkbench()
  const [kind, setKind] = useState<Kind>('osc')
  const choosing = useAttempt()
  const { targets, sending } = network
  const missed = figures?.missed ?? 0
  return (
    <section className="device send" aria-label="OSC, UDP and WebSocket">
      <h4>Send by OSC, UDP, WebSocket</h4>
      <ul>
        {targets.map((target) => (
          <Target
            key={target.key}
            target={target}
            figures={figures?.targets.find(({ key }) => key === target.key) ?? null}
          />
        ))}
      </ul>
      {targets.length > 0 && (
        <Choice
          name="Send"
          label="Send over the network"
          value={sending}
          options={sendings}
          onChange={(what) =>
            void choosing.run('sending', () => link.call('network.send', { what }))
          }
        />
      )}
      {choosing.trouble && <Trouble {...choosing.trouble} />}
      {missed > 0 && (
        <p className="state warning">{formatCount(missed)} samples missed: this machine is busy</p>
      )}
      <PortForm
        key={kind}
        label={kind === 'websocket' ? 'Address to listen at' : 'Address to send to'}
        usual={usualPorts[kind]}
        action="Add"
        doing={`sending by ${kindNames[kind]}`}
        onSubmit={(at) => link.call('network.open', { kind, at })}
      >
        <Choice label="Way of sending" value={kind} options={kinds} onChange={setKind} />
      </PortForm>
    </section>
  )
}

interface TargetProps {
  readonly target: NetworkSetup['targets'][number]
  readonly figures: NetworkFigures['targets'][number] | null
}

function Target({ target, figures }: TargetProps) {
  const { link } = useWorkbench()
  const closing = useAttempt()
  const { key, kind, at, problem } = target
  const where = `${kindNames[kind]} ${endpointText(at)}`
  return (
    <li>
      <div className="device-line">
        <span className={`state ${problem ? 'fault' : 'good'}`}>
          <Icon name={problem ? 'fault' : 'disc'} size={12} />
        </span>
        <div className="device-name">
          <span>{where}</span>
          <span className={`detail ${figures?.dropped ? 'warning' : ''}`}>
            {targetText(figures)}
          </span>
        </div>
        <button
          type="button"
          className="button plain small"
          aria-label={`End ${where}`}
          disabled={closing.isBusy}
          onClick={() => void closing.run('ending', () => link.call('network.close', { key }))}
        >
          End
        </button>
      </div>
      {(problem ?? closing.trouble) && <Trouble {...(problem ?? closing.trouble)!} />}
    </li>
  )
}

function targetText(figures: TargetProps['figures']): string {
  if (!figures) return 'opening …'
  const { receivers, sent, dropped } = figures
  const who = receivers === null ? '' : `${counted(receivers, 'receiver')}, `
  return `${who}${formatCount(sent)} sent, ${formatCount(dropped)} lost`
}

interface MarkerPortProps {
  readonly at: Endpoint | null
  readonly figures: NetworkFigures | null
}

/** Markers as datagrams: a text, or JSON with label, value and duration. */
function MarkerPort({ at, figures }: MarkerPortProps) {
  const { link } = useWorkbench()
  const ending = useAttempt()
  const { received = 0, refused = 0 } = figures?.markers ?? {}
  return (
    <section className="device send" aria-label="Markers by UDP">
      <h4>Receive markers by UDP</h4>
      {at ? (
        <div className="device-line">
          <span className="state good">
            <Icon name="disc" size={12} />
          </span>
          <div className="device-name">
            <span>{endpointText(at)}</span>
            <span className={`detail ${refused > 0 ? 'warning' : ''}`}>
              {formatCount(received)} received, {formatCount(refused)} refused
            </span>
          </div>
          <button
            type="button"
            className="button plain small"
            aria-label="End listening for markers"
            disabled={ending.isBusy}
            onClick={() =>
              void ending.run('ending', () => link.call('markers.listen', { at: null }))
            }
          >
            End
          </button>
        </div>
      ) : (
        <PortForm
          label="Address for markers"
          usual="9100"
          action="Listen"
          doing="listening for markers"
          onSubmit={(to) => link.call('markers.listen', { at: to })}
        />
      )}
      {ending.trouble && <Trouble {...ending.trouble} />}
    </section>
  )
}

interface PortFormProps {
  readonly label: string
  readonly usual: string
  readonly action: string
  readonly doing: string
  readonly onSubmit: (at: Endpoint) => Promise<unknown>
  readonly children?: ReactNode
}

function PortForm({ label, usual, action, doing, onSubmit, children }: PortFormProps) {
  const [text, setText] = useState(usual)
  const [isWrong, setWrong] = useState(false)
  const opening = useAttempt()
  const id = useId()
  const at = parseEndpoint(text)
  return (
    <form
      className="port-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setWrong(at === null)
        if (at) void opening.run(doing, () => onSubmit(at))
      }}
    >
      <div className="port-line">
        {children}
        <input
          className="entry"
          aria-label={label}
          aria-describedby={`${id}-help`}
          aria-invalid={isWrong && !at ? true : undefined}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            opening.forget()
            setText(event.target.value)
          }}
        />
        <button type="submit" className="button" disabled={opening.isBusy}>
          {action}
        </button>
      </div>
      <p id={`${id}-help`} className="dim">
        A port of this machine, or address:port
      </p>
      {isWrong && !at && (
        <Trouble
          message={`${doing}: "${text}" is no address`}
          remedy="Type a port, such as 9000, or an address with its port, such as 10.0.0.5:9000."
        />
      )}
      {opening.trouble && <Trouble {...opening.trouble} />}
    </form>
  )
}

function counted(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`
}
