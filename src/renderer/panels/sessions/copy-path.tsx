/** Puts a path where it can be pasted from. */
import { useState } from 'react'

const saidMs = 1500

export function CopyPath({ path, text = 'Copy path' }: { path: string; text?: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(path)
    } catch {
      copyOldWay(path)
    }
    setCopied(true)
    setTimeout(() => setCopied(false), saidMs)
  }
  return (
    <button type="button" className="button plain small" onClick={() => void copy()}>
      <span aria-live="polite">{isCopied ? 'Copied' : text}</span>
    </button>
  )
}

/** Where the page may not use the clipboard by itself. */
function copyOldWay(text: string): void {
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
