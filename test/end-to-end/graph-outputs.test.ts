/** Outputs of a graph in the window: among the traces, in a recording, and there again after a restart. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { askPyxdf, type PyxdfStream } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { startSynapse } from './synapse.ts'
import { openBrowser, openPage, picture, untilColumns } from './window.ts'

/** On a loaded machine a thread alone takes ten seconds to begin. */
const generous = { timeout: 90_000 }

async function serve(folder: string) {
  const device = 'synthetic?channels=4&rateHz=250'
  const host = startSynapse('serve', '--port', '0', '--folder', folder, '--device', device)
  const line = await host.line((each) => each.includes('http://'))
  return { host, url: line.replace(/.*(http:\S+).*/, '$1') }
}

const graph = (lowCutHz: number) => `{
  // Written by hand.
  "version": 1,
  "name": "by hand",
  "sources": { "eeg": { "type": "EEG" } },
  "nodes": {
    "physical": { "node": "calibrate" },
    "back": { "node": "select", "options": { "channels": [0, 1] } },
    "clean": { "node": "filter-iir", "options": { "lowCutHz": ${lowCutHz}, "highCutHz": 40 } },
    "alpha": {
      "node": "band-power",
      "options": {
        "bands": [{ "name": "alpha", "lowHz": 8, "highHz": 13 }],
        "windowSeconds": 1,
        "hopSeconds": 0.5
      }
    },
    "bursts": { "node": "threshold", "options": { "level": 30 } }
  },
  "edges": [
    { "from": "eeg", "to": "physical" },
    { "from": "physical", "to": "back" },
    { "from": "back", "to": "clean" },
    { "from": "clean", "to": "alpha" },
    { "from": "clean", "to": "bursts" }
  ],
  "outputs": { "cleaned": "clean", "alpha": "alpha", "bursts": "bursts" }
}`

async function openGraphPanel(page: Page): Promise<void> {
  page.setDefaultTimeout(generous.timeout)
  await page.getByRole('button', { name: 'Graph', exact: true }).click()
  await page.getByRole('option', { name: 'filtered, filter-iir, running' }).waitFor()
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Graph as JSON' }).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(text)
  await page.getByText('by hand: nothing is wrong.').waitFor()
}

async function showOutputs(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Live', exact: true }).click()
  await page.getByText('Outputs', { exact: false }).first().click()
  const list = page.getByRole('region', { name: 'Outputs of graphs' })
  for (const name of ['by hand cleaned', 'by hand alpha', 'by hand bursts']) {
    const box = list.getByRole('checkbox', { name })
    await box.click()
    await expect.poll(() => box.isChecked(), generous).toBe(true)
  }
  await list
    .getByText(/ms behind/)
    .first()
    .waitFor()
}

const rowsOf = (page: Page) =>
  page.getByRole('listbox', { name: 'Channels' }).getByRole('option').allTextContents()

test('outputs stand among the traces and in the recording, and come back with the program', async () => {
  const folder = scratchFolder().path('.')
  const first = await serve(folder)
  const browser = await openBrowser()
  const { page, errors } = await openPage(browser, first.url)
  await openGraphPanel(page)
  await page.getByRole('button', { name: 'Run a graph …' }).click()
  await write(page, graph(1))
  await page.getByRole('button', { name: 'Run from the next chunk' }).click()
  await page.getByText(/Runs since/).waitFor()
  await showOutputs(page)
  const rows = async () => (await rowsOf(page)).join('|')
  await expect.poll(rows, generous).toMatch(/alpha.*\/div.*bursts.*events/)
  await picture(page, 'outputs-dark-1280x800-choice')
  await page.keyboard.press('Escape')
  await untilColumns(page, 1000, generous.timeout)
  await picture(page, 'outputs-dark-1280x800')

  await page.getByRole('button', { name: 'Record', exact: true }).first().click()
  await page.getByRole('button', { name: 'Stop recording' }).waitFor()
  await page.getByRole('button', { name: 'Graph', exact: true }).click()
  await write(page, graph(2))
  await page.getByRole('button', { name: 'Apply at the next chunk' }).click()
  await page.getByText(/Runs since .* opened anew/).waitFor()
  await page.getByRole('button', { name: 'Close', exact: true }).last().click()
  await page.getByRole('checkbox', { name: 'Begins with the program' }).click()
  await page.getByRole('option', { name: /output alpha/ }).click()
  await page.getByRole('region', { name: 'Details of alpha' }).getByText(/\d ms/).first().waitFor()
  await picture(page, 'outputs-dark-1280x800-graph')
  await page.getByRole('button', { name: 'Stop recording' }).click()
  await page.getByRole('button', { name: 'Record', exact: true }).first().waitFor()
  expect(errors).toEqual([])
  await checkRecording(join(folder, readdirSync(folder).find((name) => name.endsWith('.xdf'))!))

  first.host.child.kill('SIGTERM')
  await first.host.finished
  const second = await serve(folder)
  const again = await openPage(browser, second.url, { theme: 'light' })
  again.page.setDefaultTimeout(generous.timeout)
  const rowsAgain = async () => (await rowsOf(again.page)).join('|')
  await expect.poll(rowsAgain, generous).toMatch(/alpha.*\/div.*bursts.*events/)
  await again.page
    .getByText(/running graph by hand again: its nodes begin anew/)
    .first()
    .waitFor()
  await untilColumns(again.page, 1000, generous.timeout)
  await picture(again.page, 'outputs-light-1280x800')
  await again.page.getByRole('button', { name: 'Graph', exact: true }).click()
  await again.page.getByRole('combobox', { name: 'Graph' }).selectOption({ label: 'by hand' })
  await again.page.getByRole('button', { name: 'End', exact: true }).click()
  await again.page.getByText('Ran before').click()
  await again.page.getByRole('button', { name: 'Run again' }).waitFor()
  await picture(again.page, 'outputs-light-1280x800-ran-before')
  await again.page.getByRole('button', { name: 'Run again' }).click()
  await again.page.getByRole('option', { name: 'clean, filter-iir, running' }).waitFor()
  expect(again.errors).toEqual([])
}, 480_000)

/** As another program reads it. */
async function checkRecording(path: string): Promise<void> {
  const [recording] = await askPyxdf({ files: [path], dejitter: false, values: true })
  expect(recording!.error).toBeNull()
  const named = (name: string) => recording!.streams.find((stream) => stream.name === name)!
  const [eeg, cleaned, alpha] = ['Synthetic EEG', 'by hand cleaned', 'by hand alpha'].map(named)
  expect([cleaned, alpha].map((each) => [each!.type, each!.channels])).toEqual([
    ['EEG', 2],
    ['Features', 2],
  ])
  expect([cleaned!.rateHz, Math.round(alpha!.rateHz)]).toEqual([250, 2])
  expect(named('by hand bursts').rateHz).toBe(0)
  const times = new Set(eeg!.stamps)
  const common = cleaned!.stamps.filter((stamp) => times.has(stamp))
  // All but what was on its way when the recording began or ended.
  expect(common.length).toBeGreaterThan(cleaned!.samples - 250)
  const settings = settingsOf(cleaned!)
  expect(settings).toMatchObject({ graph: 'by hand', output: 'cleaned', version: '1' })
  expect(settings.json).toBe(graph(1))

  const rows = named('Settings').values!.map(([text]) => JSON.parse(String(text)).at(-1))
  const stamps = named('Settings').stamps
  const changed = rows.findIndex(({ version }) => version === 2)
  expect(rows[changed]).toMatchObject({ graph: 'by hand', json: graph(2) })
  const { fromSample } = rows[changed].sources.eeg
  const clock = named('Synthetic EEG clock')
  const at = clock.values!.findIndex(([index]) => index === fromSample)
  expect(Math.abs(eeg!.stamps[at]! - stamps[changed]!)).toBeLessThan(1 / 250)
  const labels = named('Markers').values!.map(([label]) => label)
  expect(labels).toContain('graph by hand changed to version 2')
}

type Told = Record<string, readonly Record<string, readonly string[]>[]>

/** What stands in the header of what made it. */
function settingsOf({ desc }: PyxdfStream): Record<string, string> {
  const own = (desc[0]!.synapsestream as readonly { settings: readonly Told[] }[])[0]!
  const entries = own.settings[0]!.setting!.map(({ name, value }) => [name![0]!, value![0]!])
  return Object.fromEntries(entries)
}
