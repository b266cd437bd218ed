/** The name of the next recording and the button that starts it; while it runs, the one to stop it. */
import { type RefObject, useRef } from 'react'
import { toggleRecording } from '../state/actions.ts'
import { useStore } from '../state/store.ts'
import { useWorkbench } from '../state/workbench.ts'
import { Icon } from '../ui/icon.tsx'
import { KeyCap } from '../ui/key-cap.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { useTail } from '../ui/use-tail.ts'
import { SessionFields } from './session-fields.tsx'

export function RecordingControls() {
  const workbench = useWorkbench()
  const { recorder } = workbench
  const { busy, trouble } = useStore(recorder.state)
  const recordingPath = useStore(workbench.recordingPath)
  const linked = useStore(workbench.link.state).kind === 'open'
  const recording = recordingPath !== null
  const field = useRef<HTMLInputElement>(null)
  return (
    <div className="recording-controls">
      <form
        className="recording-form"
        onSubmit={(event) => {
          event.preventDefault()
          field.current?.blur()
          toggleRecording(workbench)
        }}
      >
        <SessionFields readOnly={recording} />
        <FileField field={field} />
        <button
          type="submit"
          className={`button record ${recording ? 'on' : ''}`}
          disabled={!linked || busy !== null}
          aria-keyshortcuts="r"
        >
          <span className="record-sign">
            <Icon name={recording ? 'square' : 'disc'} size={14} />
          </span>
          {recordText(recording, busy)}
          <KeyCap>R</KeyCap>
        </button>
      </form>
      {trouble && (
        <div className="beneath">
          <Trouble {...trouble} id="recording-trouble" />
          {trouble.code === 'stream-missing' && (
            <button
              type="button"
              className="button small"
              onClick={() => void recorder.start(true)}
            >
              Record anyway
            </button>
          )}
          <button
            type="button"
            className="button plain small square"
            aria-label="Dismiss"
            onClick={() => recorder.dismissTrouble()}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  )
}

function FileField({ field }: { field: RefObject<HTMLInputElement | null> }) {
  const { recorder, recordingPath } = useWorkbench()
  const { path, trouble } = useStore(recorder.state)
  const running = useStore(recordingPath)
  const shown = running ?? path
  useTail(field, shown)
  return (
    <label className="recording-file">
      <span className="dim file-word">Raw file</span>
      <input
        ref={field}
        className="entry"
        aria-label="Recording file: raw file"
        aria-invalid={trouble !== null}
        aria-describedby={trouble ? 'recording-trouble' : undefined}
        spellCheck={false}
        autoComplete="off"
        placeholder="proposed by the host"
        readOnly={running !== null}
        title={shown}
        value={shown}
        onChange={(event) => recorder.type(event.target.value)}
        onBlur={() => void recorder.propose()}
      />
    </label>
  )
}

function recordText(recording: boolean, busy: 'starting' | 'stopping' | null): string {
  if (busy === 'starting') return 'Starting …'
  if (busy === 'stopping') return 'Closing file …'
  return recording ? 'Stop recording' : 'Record'
}
