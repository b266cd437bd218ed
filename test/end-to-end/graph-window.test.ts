/** Live graphs in the window: seen at work, run, changed, refused, taken back; and dead letters. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { openHost } from '../../src/main/open-host.ts'
import { serve as serveHost } from '../../src/main/serve.ts'
import { newChunkBuffer, SynapseError } from '../../src/signal/index.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { startSynapse } from './synapse.ts'
import { openBrowser, openPage, picture } from './window.ts'

/** On a loaded machine a thread alone takes ten seconds to begin. */
const generous = { timeout: 90_000 }

async function served(): Promise<string> {
  const folder = scratchFolder().path('.')
  const device = 'synthetic?channels=8&rateHz=250'
  const host = startSynapse('serve', '--port', '0', '--folder', folder, '--device', device)
  const line = await host.line((each) => each.includes('http://'))
  return line.replace(/.*(http:\S+).*/, '$1')
}

async function openGraphPanel(page: Page): Promise<void> {
  page.setDefaultTimeout(generous.timeout)
  await page.getByRole('button', { name: 'Graph', exact: true }).click()
  await page.getByRole('option', { name: 'filtered, filter-iir, running' }).waitFor()
}

/** Puts a text into the editor in the place of what is there. */
async function write(page: Page, text: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: 'Graph as JSON' })
  await editor.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(text)
}

const graph = (lowCutHz: number) => `{
  // Written by hand.
  "version": 1,
  "name": "by hand",
  "sources": { "eeg": { "type": "EEG" } },
  "nodes": {
    "physical": { "node": "calibrate" },
    "clean": { "node": "filter-iir", "options": { "lowCutHz": ${lowCutHz}, "highCutHz": 40 } }
  },
  "edges": [{ "from": "eeg", "to": "physical" }, { "from": "physical", "to": "clean" }],
  "outputs": { "cleaned": "clean" }
}`

test('a graph of the library runs, is changed while it runs, refused, and taken back', async () => {
  const url = await served()
  const { page, errors } = await openPage(await openBrowser(), url)
  await openGraphPanel(page)
  await page.getByRole('option', { name: 'filtered, filter-iir, running' }).click()
  const details = page.getByRole('region', { name: 'Details of filtered' })
  await details.getByText('highCutHz').waitFor()
  const samplesOut = async () => {
    const row = details.locator('dl > div').filter({ hasText: 'samples out' })
    return Number((await row.locator('dd').textContent())?.replaceAll(',', ''))
  }
  const before = await samplesOut()
  await expect.poll(samplesOut, generous).toBeGreaterThan(before)
  await picture(page, 'graph-dark-1280x800-node')

  await page.getByRole('button', { name: 'Run a graph …' }).click()
  await page
    .getByRole('combobox', { name: 'Library' })
    .selectOption({ label: 'alpha neurofeedback' })
  await page.getByText('alpha neurofeedback: nothing is wrong.').waitFor()
  await page.getByRole('button', { name: 'Run from the next chunk' }).click()
  await page.getByText(/Runs since .*: 5 began\./).waitFor()
  await page.getByRole('option', { name: 'share, band-power, running' }).waitFor()

  await page.getByRole('combobox', { name: 'Runs' }).selectOption({ label: 'beside the others' })
  await write(page, graph(1))
  await page.getByText('by hand: nothing is wrong.').waitFor()
  await page.getByRole('button', { name: 'Run from the next chunk' }).click()
  await page.getByRole('option', { name: 'clean, filter-iir, running' }).waitFor()

  await write(page, graph(2))
  const fates = page.getByRole('list', { name: 'What becomes of the nodes' })
  await expect
    .poll(() => fates.textContent(), generous)
    .toMatch(/clean.*opens anew: other options.*keeps its state: physical/)
  await picture(page, 'graph-dark-1280x800-change')
  await page.getByRole('button', { name: 'Apply at the next chunk' }).click()
  await page.getByText(/Runs since .*: 1 kept their state, 1 opened anew\./).waitFor()

  await write(page, graph(2).replace('"highCutHz": 40', '"highCutHz": 4000'))
  const problem = page.getByRole('alert').filter({ hasText: 'node clean' })
  await problem.waitFor()
  expect(await problem.textContent()).toMatch(/4000.*\[.*line 8, column \d+, node clean/)
  await page.getByRole('button', { name: 'Apply at the next chunk' }).click()
  await page.getByText('Refused: the old graph runs on.').waitFor()
  await page.getByRole('option', { name: 'clean, filter-iir, running' }).waitFor()
  await problem.getByRole('button', { name: 'Show the place' }).click()
  await picture(page, 'graph-dark-1280x800-refused')
  // What is typed there is text, and no order to the window.
  await page.keyboard.insertText('r')
  expect(await page.getByRole('button', { name: 'Stop recording' }).count()).toBe(0)

  await page.getByRole('button', { name: 'Close', exact: true }).last().click()
  await page.getByRole('button', { name: 'Undo change' }).click()
  await page.getByRole('option', { name: 'clean, filter-iir, running' }).click()
  const lowCut = page.locator('.graph-facts > div').filter({ hasText: 'lowCutHz' }).locator('dd')
  await expect.poll(() => lowCut.textContent(), generous).toBe('1')
  expect(await page.getByRole('button', { name: 'Undo change' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'End', exact: true }).click()
  await page.getByRole('option', { name: 'filtered, filter-iir, running' }).waitFor()
  expect(errors).toEqual([])
}, 240_000)

test('by keyboard: arrows walk through the nodes, and nothing moves but numbers', async () => {
  const url = await served()
  const { page, errors } = await openPage(await openBrowser(), url, { width: 1920, height: 1080 })
  await openGraphPanel(page)
  await page.getByRole('option', { name: /^source raw/ }).focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('region', { name: 'Details of calibrated' }).waitFor()
  const places = () =>
    page.getByRole('option').evaluateAll((boxes) =>
      boxes.map((box) => {
        const { x, y, width, height } = box.getBoundingClientRect()
        return [x, y, width, height]
      }),
    )
  const at = await places()
  expect(at.length).toBeGreaterThan(8)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await page.getByRole('region', { name: 'Details of decoder' }).waitFor()
  await pause(600)
  expect(await places()).toEqual(at)
  const overflow = await page.evaluate(() => [
    document.documentElement.scrollWidth - window.innerWidth,
    document.documentElement.scrollHeight - window.innerHeight,
  ])
  expect(overflow).toEqual([0, 0])
  await picture(page, 'graph-dark-1920x1080')
  expect(errors).toEqual([])
}, 240_000)

test('dead letters appear with the node that refused them, and are looked into and exported', async () => {
  const host = openHost({ folder: scratchFolder().path('.') })
  const serving = await serveHost(host, 0)
  onTestFinished(async () => {
    await serving.end()
    await host.end()
  })
  await host.open('synthetic', '', { channels: 2 })
  const id = await host.graphs.apply(null, graph(1))
  const { page, errors } = await openPage(await openBrowser(), serving.url, { theme: 'light' })
  await openGraphPanel(page)
  await page.getByRole('combobox', { name: 'Graph' }).selectOption({ label: 'by hand' })
  await page.getByRole('option', { name: 'clean, filter-iir, running' }).click()
  await page.getByText('None: what this node refuses is kept').waitFor()
  // As the thread of a graph would hand it over.
  const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 8 })
  Object.assign(chunk, { firstSample: 1000, frames: 8 })
  chunk.data.fill(7)
  chunk.time.fill(host.clock.now())
  const info = { ...host.streams()[0]!.info, sampleFormat: 'float32' as const }
  const { note } = new SynapseError('node-failed', 'running node "clean" (filter-iir): too much')
  const letter = { node: 'clean', port: 'in', info, reason: 'failed' as const, note, chunk }
  host.graphTrouble.listener.deadLetters(id, [letter], 0)
  const letters = page.getByRole('list', { name: 'Dead letters of clean' })
  await letters.getByText('failed', { exact: true }).click()
  await letters.getByText('running node "clean" (filter-iir): too much').waitFor()
  await letters.getByText('7.0 to 7.0').first().waitFor()
  await page.getByText(/synapse graph dead-letters replay/).waitFor()
  await page.getByRole('button', { name: 'Export all' }).click()
  await page.getByText(/1 letter is in .*exported-dead-letters/).waitFor()
  await picture(page, 'graph-light-1280x800-dead-letters')
  expect(errors).toEqual([])
}, 240_000)
