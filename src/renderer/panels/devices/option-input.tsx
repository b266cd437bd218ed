/** One option of a driver, with its unit, its limits and its line of help. */
import { useId } from 'react'
import { Choice } from '../../ui/choice.tsx'
import { formatUnit } from '../../ui/format.ts'
import { limitsOf, type OptionField } from './option-fields.ts'

interface OptionInputProps {
  readonly field: OptionField
  readonly text: string
  /** What to type in its place, where what was typed cannot be sent. */
  readonly problem?: string | undefined
  readonly onText: (text: string) => void
}

export function OptionInput({ field, text, problem, onText }: OptionInputProps) {
  const id = useId()
  const limits = limitsOf(field)
  const help = [field.help, limits && `${limits}.`].filter(Boolean).join(' ')
  if (field.kind === 'boolean') {
    return (
      <div className="option">
        <label className="switch">
          <input
            type="checkbox"
            className="check"
            aria-describedby={id}
            checked={text === 'true'}
            onChange={(event) => onText(String(event.target.checked))}
          />
          {field.label}
        </label>
        <p id={id} className="dim help">
          {help}
        </p>
      </div>
    )
  }
  return (
    <div className="option">
      {field.kind === 'choice' ? (
        <div className="short">
          <span>{field.label}</span>
          <Choice
            label={field.label}
            value={text}
            options={field.choices.map((choice) => ({
              value: String(choice),
              text: [choice, formatUnit(field.unit)].filter((part) => part !== '').join(' '),
            }))}
            onChange={onText}
          />
        </div>
      ) : (
        <label className={field.kind === 'number' ? 'short' : ''}>
          <span>
            {field.label}
            {field.unit && <span className="unit">{formatUnit(field.unit)}</span>}
          </span>
          <input
            className="entry"
            type={field.kind === 'number' ? 'number' : 'text'}
            step="any"
            min={field.kind === 'number' ? field.least : undefined}
            max={field.kind === 'number' ? field.most : undefined}
            aria-describedby={problem ? `${id} ${id}-problem` : id}
            aria-invalid={problem ? true : undefined}
            spellCheck={false}
            placeholder={field.kind === 'list' || field.nullable ? 'none' : undefined}
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
        </label>
      )}
      {problem && (
        <p id={`${id}-problem`} className="field-problem" role="alert">
          <span className="hidden-text">{field.label}: </span>
          {problem}
        </p>
      )}
      <p id={id} className="dim help">
        {help}
      </p>
    </div>
  )
}
