/** The latency budget beside the live traces, and a trace of who ran when that a user saves there. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { startSynapse } from './synapse.ts'
import { openBrowser, openPage, picture, untilColumns } from './window.ts'

async function serve() {
  const folder = scratchFolder()
  const device = ['--device', 'synthetic?channels=64&rateHz=1000']
  const host = startSynapse('serve', '--port', '0', '--folder', folder.path('.'), ...device)
  const line = await host.line((each) => each.includes('http://'))
  return { folder, url: line.replace(/.*(http:\S+).*/, '$1') }
}

interface TraceEvent {
  readonly ph: string
  readonly name: string
  readonly tid: number
  readonly ts: number
  readonly dur: number
  readonly args?: { readonly name: string }
}

test.each([
  ['dark', 1280, 800],
  ['light', 1920, 1080],
] as const)(
  'every stage beside its share, and a trace: %s, %i × %i',
  async (theme, width, height) => {
    const { folder, url } = await serve()
    const { page, errors } = await openPage(await openBrowser(), url, { theme, width, height })
    await untilColumns(page, 20)
    const inspector = page.getByRole('region', { name: 'Inspector' })
    const stages = inspector.locator('.stages > div')
    await expect.poll(() => stages.count()).toBe(6)
    await expect
      .poll(() => stages.nth(5).textContent(), { timeout: 10_000 })
      .toMatch(/^delivery[\d.]+of 10\s*ms$/)
    expect(await stages.nth(4).textContent()).toMatch(/^storage–of 10/)
    await page.keyboard.press('ArrowDown')
    await inspector.getByRole('button', { name: 'Save trace' }).scrollIntoViewIfNeeded()
    await page.waitForTimeout(3000)
    await picture(page, `latency-budget-${theme}-${width}x${height}`)
    await page.keyboard.press('t')
    await inspector.getByRole('button', { name: /Tracing/ }).waitFor()
    await page.getByText(/Trace written: [\d,]+ spans/).waitFor({ timeout: 20_000 })
    await picture(page, `trace-saved-${theme}-${width}x${height}`)
    const path = await page
      .getByText(/trace_\S+\.json/)
      .first()
      .textContent()
    const trace = JSON.parse(readFileSync(folder.path(path!.match(/trace_\S+\.json/)![0]), 'utf8'))
    const events: TraceEvent[] = trace.traceEvents
    const threads = events.filter(({ name }) => name === 'thread_name')
    expect(threads.map(({ args }) => args!.name)).toEqual(
      expect.arrayContaining(['host', 'process', 'infer', 'record']),
    )
    const process = threads.find(({ args }) => args!.name === 'process')!.tid
    const spans = events.filter(({ ph, tid }) => ph === 'X' && tid === process)
    const kinds = new Set(spans.map(({ name }) => name.split(' ').at(-1)))
    expect([...kinds]).toEqual(expect.arrayContaining(['calibrated', 'filtered', 'display']))
    for (const { ts, dur } of spans) expect([ts >= -1e6, dur >= 0]).toEqual([true, true])
    expect(errors).toEqual([])
  },
)
