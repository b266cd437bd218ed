/**
 * The options of a device that is open. Those that its driver calls live are changed while samples
 * flow; for the others the device is opened anew, which a running recording does not allow.
 */
import { useRef, useState } from 'react'
import type { DeviceEntry } from '../../../contract/index.ts'
import { useStore } from '../../state/store.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'
import {
  type OptionField,
  optionFields,
  parsed,
  problemsOf,
  textOf,
  withValue,
} from './option-fields.ts'
import { OptionInput } from './option-input.tsx'
import { useChecked } from './use-checked.ts'

type Typed = Readonly<Record<string, string>>

const nothingWrong: ReadonlyMap<string, string> = new Map()

export function DeviceSettings({ device }: { device: DeviceEntry }) {
  const workbench = useWorkbench()
  const isRecording = useStore(workbench.recordingPath) !== null
  const driver = useSetup()?.drivers.find(({ id }) => id === device.driver)
  const [typed, setTyped] = useState<Typed>({})
  const setting = useAttempt()
  const form = useRef<HTMLFormElement>(null)
  const { isChecked, check } = useChecked(form)
  const { options, live } = device.settings
  const fields = optionFields(driver?.options ?? {}).map((field) =>
    withValue(field, options[field.name]),
  )
  if (fields.length === 0) return null
  const now = fields.filter(({ name }) => live.includes(name))
  const fixed = fields.filter(({ name }) => !live.includes(name))
  const changed = fields.filter((field) => (typed[field.name] ?? textOf(field)) !== textOf(field))
  const opensAnew = changed.some(({ name }) => !live.includes(name))
  const problems = problemsOf(changed, typed)
  const apply = async () => {
    check()
    if (problems.size > 0) return
    const change = Object.fromEntries(
      changed.map((field) => [field.name, parsed(field, typed[field.name]!)]),
    )
    const call = () =>
      workbench.link.call('devices.configure', { device: device.id, options: change })
    if (await setting.run(`setting ${device.name}`, call)) setTyped({})
  }
  const onText = (name: string, text: string) => {
    setting.forget()
    setTyped({ ...typed, [name]: text })
  }
  const shown = { typed, problems: isChecked ? problems : nothingWrong, onText }
  return (
    <details className="disclosure settings">
      <summary>
        <Icon name="chevron" size={12} />
        <span>Settings</span>
        <span className="glance">{changed.length > 0 ? `${changed.length} changed` : ''}</span>
      </summary>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void apply()
        }}
      >
        <Fields fields={now} {...shown} />
        {fixed.length > 0 && (
          <fieldset disabled={isRecording}>
            <legend>{fixedText(isRecording, now.length > 0)}</legend>
            <Fields fields={fixed} {...shown} />
          </fieldset>
        )}
        <div className="hand-actions">
          {setting.trouble && <Trouble {...setting.trouble} />}
          {changed.length > 0 && <p className="dim help">{noteText(opensAnew, isRecording)}</p>}
          <button
            type="submit"
            className="button primary"
            disabled={changed.length === 0 || setting.isBusy}
          >
            {setting.isBusy ? 'Setting …' : opensAnew ? 'Apply, open anew' : 'Apply'}
          </button>
        </div>
      </form>
    </details>
  )
}

function fixedText(isRecording: boolean, hasLive: boolean): string {
  if (isRecording) return 'To change these, stop the recording'
  return hasLive ? 'These open the device anew' : 'A change opens the device anew'
}

function noteText(opensAnew: boolean, isRecording: boolean): string {
  if (opensAnew) return 'The device is closed, and opened with these settings.'
  if (isRecording) return 'Stands in the recording as a marker; what is missed meanwhile is a gap.'
  return 'What the device misses meanwhile is a marked gap.'
}

interface FieldsProps {
  readonly fields: readonly OptionField[]
  readonly typed: Typed
  /** By the field's name. */
  readonly problems: ReadonlyMap<string, string>
  readonly onText: (name: string, text: string) => void
}

function Fields({ fields, typed, problems, onText }: FieldsProps) {
  return fields.map((field) => (
    <OptionInput
      key={field.name}
      field={field}
      text={typed[field.name] ?? textOf(field)}
      problem={problems.get(field.name)}
      onText={(text) => onText(field.name, text)}
    />
  ))
}
