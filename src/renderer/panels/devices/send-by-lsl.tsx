/** Whether other programs receive the streams by LSL, how many there are, and who listens. */
import type { LslSending, NetworkFigures } from '../../../contract/index.ts'
import { sendByLsl } from '../../state/actions.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'
import { Choice, type ChoiceOption } from '../../ui/choice.tsx'
import { formatCount } from '../../ui/format.ts'

const options: readonly ChoiceOption<LslSending>[] = [
  { value: 'nothing', text: 'nothing' },
  { value: 'devices', text: 'devices and markers' },
  { value: 'everything', text: 'all, processed too' },
]

export function SendByLsl({ figures }: { figures: NetworkFigures | null }) {
  const workbench = useWorkbench()
  const lsl = useSetup()?.lsl
  if (!lsl) return null
  return (
    <section className="device send" aria-label="LSL">
      <h4>Send by LSL</h4>
      <Choice
        label="Send by LSL"
        value={lsl.sending}
        options={options}
        onChange={(what) => sendByLsl(workbench, what)}
      />
      <p className="dim">{streamsText(lsl.sending, lsl.streams, figures?.lsl)}</p>
    </section>
  )
}

function streamsText(
  sending: LslSending,
  streams: number,
  figures: NetworkFigures['lsl'] | undefined,
): string {
  if (sending === 'nothing') return 'Other programs receive nothing.'
  if (streams === 0) return 'Nothing to send yet: open a device.'
  const there = streams === 1 ? 'One stream on the network' : `${streams} streams on the network`
  if (!figures) return `${there}.`
  const { received, dropped } = figures
  return `${there}, ${formatCount(received)} received, ${formatCount(dropped)} samples lost.`
}
