/** A choice from a short list; its name stands inside, so that a row of them reads as a sentence. */
import { useRef } from 'react'
import { Icon } from './icon.tsx'

export interface ChoiceOption<T> {
  readonly value: T
  readonly text: string
}

interface ChoiceProps<T> {
  /** Stands inside the box; without it the name stands elsewhere. */
  readonly name?: string
  /** Read out in place of the name. */
  readonly label?: string
  readonly value: T
  readonly options: readonly ChoiceOption<T>[]
  readonly onChange: (value: T) => void
}

export function Choice<T>({ name, label, value, options, onChange }: ChoiceProps<T>) {
  const byPointer = useRef(false)
  const chosen = options.findIndex((option) => option.value === value)
  return (
    <label className={name ? 'choice' : 'choice nameless'}>
      {name && <span className="name">{name}</span>}
      <select
        aria-label={label ?? name}
        value={chosen}
        onPointerDown={() => {
          byPointer.current = true
        }}
        onKeyDown={() => {
          byPointer.current = false
        }}
        onChange={(event) => {
          // Chosen with the mouse, it gives the keyboard back to the window.
          if (byPointer.current) event.target.blur()
          onChange(options[Number(event.target.value)]!.value)
        }}
      >
        {options.map(({ text }, i) => (
          <option key={text} value={i}>
            {text}
          </option>
        ))}
      </select>
      <Icon name="chevron" size={12} />
    </label>
  )
}
