/** The key that does the same as a button: for the eye; `aria-keyshortcuts` says it to others. */
export function KeyCap({ children }: { children: string }) {
  return (
    <span className="key-cap" aria-hidden="true">
      {children}
    </span>
  )
}
