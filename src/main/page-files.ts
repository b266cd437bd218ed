/**
 * The built interface, held in memory: it is small, and a host that records must not fail because
 * a file was replaced while somebody loads the page.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

export interface PageFile {
  readonly type: string
  readonly bytes: Buffer
  /** Built files carry a digest in their name and never change. */
  readonly isImmutable: boolean
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** By URL path; empty where the interface is not built. */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>()
  if (!existsSync(join(folder, 'index.html'))) return files
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const url = `/${relative(folder, path).split(sep).join('/')}`
    const type = types[extname(path)] ?? 'application/octet-stream'
    const isImmutable = url.startsWith('/assets/')
    files.set(url, { type, bytes: readFileSync(path), isImmutable })
  }
  files.set('/', files.get('/index.html')!)
  return files
}
