/** Deleting for good: says exactly what goes, and wants the word typed that nobody types by mistake. */
import { useEffect, useState } from 'react'
import type { ToErase } from '../../state/sessions.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { formatBytes, formatCount } from '../../ui/format.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'

interface EraseFormProps {
  readonly of: { readonly recording: number } | { readonly subject: string }
  readonly onDone: () => void
}

export function EraseForm({ of, onDone }: EraseFormProps) {
  const { sessions } = useWorkbench()
  const { isBusy, trouble, run } = useAttempt()
  const [found, setFound] = useState<ToErase | null>(null)
  const [word, setWord] = useState('')
  const key = JSON.stringify(of)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that is asked
  useEffect(() => {
    setFound(null)
    void run('looking for its files', async () => setFound(await sessions.toErase(of)))
  }, [key])
  const what = 'subject' in of ? `subject ${of.subject}` : 'this recording'
  const doomed = found ? [...found.files, ...found.mirrors] : []
  const bytes = doomed.reduce((sum, file) => sum + file.bytes, 0)
  return (
    <form
      className="sheet grave"
      aria-label="Delete"
      onSubmit={(event) => {
        event.preventDefault()
        void run('deleting', () => sessions.erase(of, word)).then((done) => done && onDone())
      }}
    >
      <h3>Delete {what} for good</h3>
      {found && (
        <>
          <p>
            {formatCount(found.recordings.length)}{' '}
            {found.recordings.length === 1 ? 'recording' : 'recordings'},{' '}
            {formatCount(doomed.length)} files, {formatBytes(bytes)}
            {found.mirrors.length > 0 &&
              `, ${formatCount(found.mirrors.length)} of them in the folder of the copies`}
            . They cannot be brought back.
          </p>
          <ul className="doomed">
            {doomed.map((file) => (
              <li key={file.path}>
                <span className="path">{file.path}</span>
                <span className="dim">{formatBytes(file.bytes)}</span>
              </li>
            ))}
          </ul>
          <Staying elsewhere={found.elsewhere} />
          <label className="wide-field">
            <span>
              Type <strong>{found.word}</strong>
            </span>
            <input
              className="entry"
              aria-label={`Type ${found.word} to delete`}
              autoComplete="off"
              spellCheck={false}
              value={word}
              onChange={(event) => setWord(event.target.value)}
            />
          </label>
        </>
      )}
      {trouble && <Trouble {...trouble} />}
      <div className="sheet-ends">
        <button
          type="submit"
          className="button grave"
          disabled={isBusy || !found || word.trim() !== found.word}
        >
          Delete {found ? formatCount(doomed.length) : ''} files
        </button>
        <button type="button" className="button plain" onClick={onDone}>
          Keep everything
        </button>
      </div>
    </form>
  )
}

/** What has to be erased by hand, so that nothing stays unknowingly. */
function Staying({ elsewhere }: Pick<ToErase, 'elsewhere'>) {
  return (
    <>
      {elsewhere.length > 0 && (
        <ul className="doomed" aria-label="What stays">
          {elsewhere.map(({ path, what }) => (
            <li key={path}>
              <span>
                Stays: <span className="path">{path}</span>
              </span>
              <span className="dim">{what}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="dim">Copies made by hand or by other programs are known to nobody here.</p>
    </>
  )
}
