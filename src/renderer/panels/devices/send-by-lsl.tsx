/** Whether other programs receive the streams by LSL, and how many there are. */
import type { LslSending } from '../../../contract/index.ts'
import { sendByLsl } from '../../state/actions.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'
import { Choice, type ChoiceOption } from '../../ui/choice.tsx'

const options: readonly ChoiceOption<LslSending>[] = [
  { value: 'nothing', text: 'nothing' },
  { value: 'devices', text: 'devices and markers' },
  { value: 'everything', text: 'all, processed too' },
]

export function SendByLsl() {
  const workbench = useWorkbench()
  const lsl = useSetup()?.lsl
  if (!lsl) return null
  return (
    <div className="device send">
      <Choice
        name="LSL"
        label="Send by LSL"
        value={lsl.sending}
        options={options}
        onChange={(what) => sendByLsl(workbench, what)}
      />
      <p className="dim">{streamsText(lsl.sending, lsl.streams)}</p>
    </div>
  )
}

function streamsText(sending: LslSending, streams: number): string {
  if (sending === 'nothing') return 'Other programs receive nothing.'
  if (streams === 0) return 'Nothing to send yet: open a device.'
  return streams === 1 ? 'One stream on the network.' : `${streams} streams on the network.`
}
