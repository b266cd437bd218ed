/** Where a thread's code lies: beside this file, as source or as built. */

export type ThreadName = 'process' | 'infer' | 'record' | 'sandbox' | 'outlet' | 'network' | 'state'

export function threadEntry(name: ThreadName): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./${name}.${extension}`, import.meta.url)
}
