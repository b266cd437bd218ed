/** A real Chromium with the interface in it. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

const pictures = join(import.meta.dirname, '..', '..', 'test-results', 'screenshots')
const candidates = ['chromium', 'chromium-browser', 'google-chrome']

function chromiumPath(): string {
  const folders = (process.env.PATH ?? '').split(':')
  const found = folders
    .flatMap((folder) => candidates.map((name) => join(folder, name)))
    .find((path) => existsSync(path))
  if (!found) throw new Error('Chromium is not installed; on Debian: sudo apt-get install chromium')
  return found
}

export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    // A sandbox needs rights that a container's root has not.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  onTestFinished(() => browser.close())
  return browser
}

/** @returns a page that fails the test when it reports an error */
export async function openPage(
  browser: Browser,
  url: string,
  look: { width?: number; height?: number; theme?: 'dark' | 'light' } = {},
): Promise<{ page: Page; errors: string[] }> {
  const { width = 1280, height = 800, theme = 'dark' } = look
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme })
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(url)
  return { page, errors }
}

/** Columns drawn so far. */
export async function columns(page: Page): Promise<number> {
  const drawn = page.getByTestId('traces')
  return (await drawn.count()) ? Number(await drawn.getAttribute('data-columns')) : 0
}

export async function untilColumns(page: Page, more: number, timeoutMs = 5000): Promise<void> {
  const from = await columns(page)
  const deadline = Date.now() + timeoutMs
  while ((await columns(page)) < from + more) {
    if (Date.now() > deadline) throw new Error(`no ${more} more columns in ${timeoutMs} ms`)
    await page.waitForTimeout(20)
  }
}

/** Kept, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}
