/** A form for what discovery does not find: driver, address, and the driver's own options. */
import { useEffect, useId, useRef, useState } from 'react'
import type { DriverEntry } from '../../../contract/index.ts'
import { byHand } from '../../state/discovery.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Choice } from '../../ui/choice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { optionFields, parsed, problemsOf, textOf } from './option-fields.ts'
import { OptionInput } from './option-input.tsx'
import { useChecked } from './use-checked.ts'

export interface Draft {
  readonly driver: string
  readonly address: string
}

interface OpenByHandProps {
  readonly drivers: readonly DriverEntry[]
  readonly draft: Draft | null
  readonly onDraft: (draft: Draft | null) => void
}

export function OpenByHand({ drivers, draft, onDraft }: OpenByHandProps) {
  const first = drivers.find((each) => each.address !== null) ?? drivers[0]
  if (!first) return null
  if (!draft) {
    return (
      <button
        type="button"
        className="button by-hand"
        onClick={() => onDraft({ driver: first.id, address: '' })}
      >
        Open by port or file …
      </button>
    )
  }
  const driver = drivers.find(({ id }) => id === draft.driver) ?? first
  return (
    <HandForm
      key={`${driver.id} ${draft.address}`}
      driver={driver}
      drivers={drivers}
      draft={draft}
      onDraft={onDraft}
    />
  )
}

interface HandFormProps extends OpenByHandProps {
  readonly driver: DriverEntry
  readonly draft: Draft
}

function HandForm({ driver, drivers, draft, onDraft }: HandFormProps) {
  const { discovery } = useWorkbench()
  const { opening, troubles } = useStore(discovery.state)
  const [address, setAddress] = useState(draft.address)
  const [typed, setTyped] = useState<Record<string, string>>({})
  const form = useRef<HTMLFormElement>(null)
  const { isChecked, check } = useChecked(form)
  useEffect(() => {
    form.current?.scrollIntoView({ block: 'start' })
  }, [])
  const fields = optionFields(driver.options)
  const words = driver.address
  const busy = opening.has(byHand)
  const trouble = troubles.get(byHand)
  const problems = problemsOf(fields, typed)
  const isNameless = words !== null && words.kind !== 'stream' && address.trim() === ''
  const submit = async () => {
    check()
    if (isNameless || problems.size > 0) return
    const changed = fields
      .filter((field) => (typed[field.name] ?? textOf(field)) !== textOf(field))
      .map((field) => [field.name, parsed(field, typed[field.name]!)])
    const options = Object.fromEntries(changed)
    if (await discovery.open({ driver: driver.id, address, options }, byHand)) onDraft(null)
  }
  return (
    <form
      ref={form}
      className="hand-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <DriverChoice driver={driver} drivers={drivers} onDraft={onDraft} />
      <p className="dim help">{driver.help}</p>
      {words && (
        <AddressInput
          words={words}
          address={address}
          isWrong={isChecked && isNameless}
          onAddress={setAddress}
        />
      )}
      {fields.map((field) => (
        <OptionInput
          key={field.name}
          field={field}
          text={typed[field.name] ?? textOf(field)}
          problem={isChecked ? problems.get(field.name) : undefined}
          onText={(text) => setTyped({ ...typed, [field.name]: text })}
        />
      ))}
      <div className="hand-actions">
        {trouble && <Trouble {...trouble} />}
        <button type="submit" className="button primary" disabled={busy}>
          {busy ? 'Opening …' : `Open ${driver.title}`}
        </button>
      </div>
    </form>
  )
}

interface AddressInputProps {
  readonly words: NonNullable<DriverEntry['address']>
  readonly address: string
  readonly isWrong: boolean
  readonly onAddress: (address: string) => void
}

/** What is to be opened. Examples stand beneath: they are longer than the field, and stay to be read. */
function AddressInput({ words, address, isWrong, onAddress }: AddressInputProps) {
  const id = useId()
  return (
    <div className="option">
      <label>
        <span>{words.label}</span>
        <input
          className="entry"
          spellCheck={false}
          autoComplete="off"
          aria-describedby={isWrong ? `${id} ${id}-problem` : id}
          aria-invalid={isWrong ? true : undefined}
          value={address}
          onChange={(event) => onAddress(event.target.value)}
        />
      </label>
      {isWrong && (
        <p id={`${id}-problem`} className="field-problem" role="alert">
          {words.label}: type what is to be opened.
        </p>
      )}
      <p id={id} className="dim help">
        {words.example}
      </p>
    </div>
  )
}

interface DriverChoiceProps {
  readonly driver: DriverEntry
  readonly drivers: readonly DriverEntry[]
  readonly onDraft: (draft: Draft | null) => void
}

function DriverChoice({ driver, drivers, onDraft }: DriverChoiceProps) {
  return (
    <div className="hand-head">
      <Choice
        name="Driver"
        value={driver.id}
        options={drivers.map(({ id, title }) => ({ value: id, text: title }))}
        onChange={(id) => onDraft({ driver: id, address: '' })}
      />
      <button
        type="button"
        className="button plain square"
        aria-label="Close the form"
        onClick={() => onDraft(null)}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}
