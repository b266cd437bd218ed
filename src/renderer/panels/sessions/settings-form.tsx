/** How recordings are made from now on: their names, their folder, parts, a copy, what must be there. */
import { useState } from 'react'
import type { RecordingSettings } from '../../../contract/index.ts'
import { useStore } from '../../state/store.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'
import { formatBytes, formatHoursLeft } from '../../ui/format.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'
import { splitOf, splitText } from './split-text.ts'

interface Typed {
  readonly template: string
  readonly folder: string
  readonly split: string
  readonly mirrorFolder: string
  readonly expected: string
}

export function SettingsForm({ onDone }: { onDone: () => void }) {
  const { sessions, recorder } = useWorkbench()
  const { settings, folder } = useStore(sessions.state)
  const { isBusy, trouble, run } = useAttempt()
  const [typed, setTyped] = useState<Partial<Typed>>({})
  if (!settings) return null
  const now = { ...typedOf(settings), ...typed }
  const put = (name: keyof Typed) => (text: string) => setTyped({ ...typed, [name]: text })
  const save = async () => {
    const done = await run('setting', () => sessions.configure(settingsOf(now)))
    if (!done) return
    await recorder.propose()
    onDone()
  }
  return (
    <form
      className="sheet settings-form"
      aria-label="How recordings are made"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <h3>How recordings are made</h3>
      <Line title="Name" value={now.template} onChange={put('template')} />
      <p className="dim template-words">
        {'{subject} {session} {task} {run} {date} {time}'}; a slash makes a folder, and what is not
        said is left out.
      </p>
      <Line title="Folder" value={now.folder} hint={folder} onChange={put('folder')} />
      <Line
        title="Next file after"
        value={now.split}
        hint="never; or 500 MB, 2 GB, 30 min, 1 h"
        onChange={put('split')}
      />
      <Line
        title="Copy to"
        value={now.mirrorFolder}
        hint="nowhere; or a folder on another disk"
        onChange={put('mirrorFolder')}
      />
      <Line
        title="Expected streams"
        value={now.expected}
        hint="none; or names, types or ids, with commas between"
        onChange={put('expected')}
      />
      <Standing />
      {trouble && <Trouble {...trouble} />}
      <div className="sheet-ends">
        <button type="submit" className="button primary" disabled={isBusy}>
          Save
        </button>
        <button type="button" className="button plain" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}

interface LineProps {
  readonly title: string
  readonly value: string
  readonly hint?: string
  readonly onChange: (text: string) => void
}

function Line({ title, value, hint, onChange }: LineProps) {
  return (
    <label className="wide-field">
      <span className="dim">{title}</span>
      <input
        className="entry"
        spellCheck={false}
        autoComplete="off"
        placeholder={hint}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}

function viewed(montage: string | undefined): string {
  return montage === 'recorded' ? 'as recorded' : (montage ?? '–').replace('-', ' ')
}

/** What follows from the devices that are open now. */
function Standing() {
  const setup = useSetup()
  const status = useStore(useWorkbench().status)
  const streams = setup?.devices.flatMap((device) => device.streams) ?? []
  const named = streams.map(({ name, type }) => (name === type ? name : `${name} (${type})`))
  const disk = status?.disk
  return (
    <dl className="facts">
      <div>
        <dt>Streams now</dt>
        <dd>{named.length > 0 ? named.join(', ') : 'none: no device is open'}</dd>
      </div>
      <div>
        <dt>Montage</dt>
        <dd>as the devices have it; in view: {viewed(setup?.view.montage)}</dd>
      </div>
      {disk && (
        <div>
          <dt>Disk</dt>
          <dd>
            {formatBytes(disk.freeBytes)} free
            {disk.hoursLeft !== null && `, ${formatHoursLeft(disk.hoursLeft)} at this rate`}
            {disk.mirror && `; copy: ${formatBytes(disk.mirror.freeBytes)} free`}
          </dd>
        </div>
      )}
    </dl>
  )
}

function typedOf(settings: RecordingSettings): Typed {
  const { template, folder, split, mirrorFolder, expected } = settings
  return {
    template,
    folder: folder ?? '',
    split: splitText(split),
    mirrorFolder: mirrorFolder ?? '',
    expected: expected.join(', '),
  }
}

/** @throws SynapseError bad-option for what is neither a size nor a time */
function settingsOf({ template, folder, split, mirrorFolder, expected }: Typed): RecordingSettings {
  return {
    template: template.trim(),
    folder: folder.trim() || null,
    split: splitOf(split),
    mirrorFolder: mirrorFolder.trim() || null,
    expected: expected
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  }
}
