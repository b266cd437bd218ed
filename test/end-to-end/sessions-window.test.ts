/** The recordings as somebody works with them in the window: found, judged, exported, renamed, erased. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { SessionCatalogue } from '../../src/sessions/index.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf, startSynapseWith, synapseWith } from './synapse.ts'
import { openBrowser, openPage, picture } from './window.ts'

const device = 'synthetic?channels=4'

async function recorded(folder: string, names: readonly string[]): Promise<void> {
  const environment = { SYNAPSE_RECORDINGS: folder }
  for (const name of names) {
    const out = `${folder}/${name}.xdf`
    const args = ['record', '--device', device, '--quiet', '--seconds', '0.5', '--out', out]
    const { stderr } = await synapseWith(environment, ...args)
    // A machine that is busy may have to begin its graph anew, which the recording does not mind.
    if (!existsSync(out)) throw new Error(stderr)
  }
}

/** Recorded until the program was killed. */
async function killed(folder: string, name: string): Promise<void> {
  const environment = { SYNAPSE_RECORDINGS: folder }
  const out = `${folder}/${name}.xdf`
  const { child, finished } = startSynapseWith(
    environment,
    ...['record', '--device', device, '--quiet', '--out', out],
  )
  const listed = async () =>
    JSON.parse((await synapseWith(environment, 'sessions', 'list', '--json')).stdout).recordings
  while (!(await listed()).some(({ path }: { path: string }) => path.startsWith(name))) {
    expect(child.exitCode).toBeNull()
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  child.kill('SIGKILL')
  await finished
}

async function served(folder: string): Promise<string> {
  const environment = { SYNAPSE_RECORDINGS: folder }
  const host = startSynapseWith(environment, 'serve', '--port', '0', '--folder', folder)
  const line = await host.line((each) => each.includes('http://'))
  return line.replace(/.*(http:\S+).*/, '$1')
}

function sessionsOf(page: Page) {
  const panel = page.getByRole('region', { name: 'Sessions' })
  const row = (text: string | RegExp) => panel.getByRole('row').filter({ hasText: text })
  const details = panel.getByRole('article', { name: 'Recording' })
  const button = (name: string) => details.getByRole('button', { name, exact: true })
  return { panel, row, details, button }
}

test('what was never closed is repaired; the others are verified, exported, renamed, erased', async () => {
  const scratch = scratchFolder()
  const folder = scratch.path('r')
  await recorded(folder, ['sub-07_ses-01_task-rest_run-01', 'sub-08_ses-01_task-p300_run-01'])
  await killed(folder, 'sub-07_ses-01_task-rest_run-02')
  const { page, errors } = await openPage(await openBrowser(), await served(folder))
  await page.getByRole('button', { name: 'Sessions', exact: true }).click()
  const { panel, row, details, button } = sessionsOf(page)
  await expect.poll(() => row(/rest|p300/).count()).toBe(3)

  const broken = panel.getByRole('region', { name: 'Never closed' })
  expect(await broken.textContent()).toMatch(/[\d,]+ samples, 00:00:0\d, can be read/)
  // Nobody has asked for any of these verdicts.
  await row(/not closed.*(complete|gaps)/).waitFor()
  await row(/p300.*(complete|gaps)/).waitFor()
  await picture(page, 'sessions-never-closed')
  await broken.getByRole('button', { name: /^Repair sub-07/ }).click()
  await broken.waitFor({ state: 'detached' })
  await row('not closed').click()
  await details
    .getByText(/Recovered [\d,]+ samples of [\d,]+ and 0 markers into .*_recovered/)
    .waitFor()
  expect((await infoOf(`${folder}/sub-07_ses-01_task-rest_run-02_recovered.xdf`)).code).toBe(0)

  await panel.getByRole('searchbox', { name: 'Search' }).fill('08 p300')
  await row('p300').click()
  await button('Verify').click()
  const work = details.getByRole('list', { name: 'Work on this recording' })
  await work.getByText(/Complete\. [\d,]+ of [\d,]+ samples read; [\d,]+ bytes/).waitFor()
  await row(/p300.*complete/).waitFor()
  await picture(page, 'sessions-verified')

  await exportAndReport(page, folder)

  const typed = details.getByRole('form', { name: 'What was typed' })
  await typed.getByRole('textbox', { name: 'Subject' }).fill('09')
  await typed.getByRole('textbox', { name: 'Notes' }).fill('müde')
  await typed.getByRole('button', { name: 'Save and rename files' }).click()
  await panel.getByRole('searchbox', { name: 'Search' }).fill('09 müde')
  await row('p300').waitFor()
  const named = readdirSync(folder).filter((name) => name.includes('p300'))
  expect(named.every((name) => name.startsWith('sub-09_ses-01_task-p300_run-01.'))).toBe(true)
  expect(readdirSync(`${folder}/exports`).some((name) => name.startsWith('sub-08'))).toBe(false)

  await panel.getByRole('searchbox', { name: 'Search' }).fill('')
  await row('p300').click()
  await button('Delete subject …').click()
  const erase = details.getByRole('form', { name: 'Delete' })
  await erase.getByText('1 recording, ').waitFor()
  await picture(page, 'sessions-delete')
  const doIt = erase.getByRole('button', { name: /^Delete \d+ files/ })
  expect(await doIt.isDisabled()).toBe(true)
  await erase.getByRole('textbox').fill('09')
  await doIt.click()
  await row('p300').waitFor({ state: 'detached' })
  expect(existsSync(`${folder}/sub-09_ses-01_task-p300_run-01.xdf`)).toBe(false)
  expect(readdirSync(`${folder}/exports`)).toEqual([])
  expect(errors).toEqual([])
})

/** Of the chosen recording: as EDF+ without what could tell whose it is, without loss, as a page. */
async function exportAndReport(page: Page, folder: string): Promise<void> {
  const { panel, details, button } = sessionsOf(page)
  await button('Export …').click()
  const form = details.getByRole('form', { name: 'Export' })
  await form.getByRole('combobox', { name: 'As' }).selectOption({ label: 'EDF+' })
  await form.getByText(/EDF rounds them/).waitFor()
  await form.getByText('De-identify').click()
  await picture(page, 'sessions-export')
  await form.getByRole('button', { name: 'Export' }).click()
  await details.getByText('Lost or changed').waitFor()
  await details.getByText('Removed', { exact: true }).waitFor()
  await details.getByRole('button', { name: 'Export without loss (Parquet)' }).click()
  await details.getByText('Nothing was lost or changed.').waitFor()
  const exported = readdirSync(`${folder}/exports`)
  expect(exported).toContain('sub-08_ses-01_task-p300_run-01.edf')
  expect(exported.some((name) => name.endsWith('.parquet'))).toBe(true)
  await picture(page, 'sessions-exported')

  await button('Report').click()
  const report = panel.frameLocator('iframe[title="Integrity report"]')
  await report.getByText('Complete', { exact: true }).waitFor()
  await picture(page, 'sessions-report')
  await panel.getByRole('button', { name: 'Back to the recordings' }).click()
}

test('settings of the recordings to come: name, parts, copy, what must be there', async () => {
  const scratch = scratchFolder()
  const folder = scratch.path('r')
  const { page, errors } = await openPage(await openBrowser(), await served(folder))
  await page.getByRole('button', { name: 'Sessions', exact: true }).click()
  const { panel, row, details, button } = sessionsOf(page)
  await panel.getByText('Nothing is recorded yet.').waitFor()
  await picture(page, 'sessions-empty')
  await panel.getByRole('button', { name: 'Recording settings' }).click()
  const form = panel.getByRole('form', { name: 'How recordings are made' })
  const field = (name: string) => form.getByRole('textbox', { name })
  await field('Name').fill('sub-{subject}')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText(/needs \{run\}/).waitFor()
  await field('Name').fill('sub-{subject}/sub-{subject}_task-{task}_run-{run}')
  await field('Next file after').fill('1 s')
  await field('Copy to').fill(scratch.path('mirror'))
  await field('Expected streams').fill('EEG, ECG')
  await picture(page, 'sessions-settings')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.waitFor({ state: 'detached' })
  await page.getByRole('textbox', { name: 'Subject' }).first().fill('07')
  await page.getByRole('textbox', { name: 'Task' }).first().fill('rest')
  await page.getByRole('textbox', { name: 'Task' }).first().press('Enter')
  await page.getByRole('button', { name: 'Connect Synthetic board' }).click()
  await page.getByRole('button', { name: 'Close Synthetic board' }).waitFor()
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await page.getByText(/expected but not there: ECG/).waitFor()
  await page.getByRole('button', { name: 'Record anyway' }).click()
  const status = page.getByRole('contentinfo', { name: 'Status' })
  await status.getByText('REC').waitFor()
  await expect.poll(() => readdirSync(`${folder}/sub-07`).join(' ')).toMatch(/_part-2\.xdf/)
  await picture(page, 'sessions-recording')
  await page.getByRole('button', { name: 'Stop recording' }).click()
  await page.getByText(/Written:/).waitFor()
  await row(/rest.*(complete|gaps)/).click()
  const said = details.locator('.said')
  await said.getByText(/^(Complete|Sound).* [\d,]+ bytes are as they were written\.$/).waitFor()
  await picture(page, 'sessions-verified-by-itself')
  const names = readdirSync(`${folder}/sub-07`).filter((name) => name.endsWith('.xdf'))
  expect(names).toContain('sub-07_task-rest_run-01.xdf')
  expect(readdirSync(scratch.path('mirror/sub-07'))).toEqual(expect.arrayContaining(names))
  await button('Delete …').click()
  const erase = details.getByRole('form', { name: 'Delete' })
  await erase.getByText(/\d+ of them in the folder of the copies/).waitFor()
  await picture(page, 'sessions-delete-copies')
  await erase.getByRole('textbox').fill('07')
  await erase.getByRole('button', { name: /^Delete \d+ files/ }).click()
  await row('rest').waitFor({ state: 'detached' })
  expect(readdirSync(scratch.path('mirror/sub-07'))).toEqual([])
  const settings = JSON.parse(readFileSync(`${folder}/recording-settings.json`, 'utf8'))
  expect(settings).toMatchObject({ split: { seconds: 1 }, expected: ['EEG', 'ECG'] })
  expect(errors).toEqual([])
})

test.each([
  ['dark', 1280, 800],
  ['light', 1280, 800],
  ['dark', 1920, 1080],
  ['light', 1920, 1080],
] as const)('ten thousand recordings stay quick: %s, %i × %i', async (theme, width, height) => {
  const folder = scratchFolder().path('r')
  fill(folder, 10_000)
  await recorded(folder, ['sub-001_ses-02_task-rest_run-01'])
  const { page, errors } = await openPage(await openBrowser(), await served(folder), {
    ...{ theme, width, height },
  })
  await page.getByRole('button', { name: 'Sessions', exact: true }).click()
  const { panel, row, details } = sessionsOf(page)
  await panel.getByText('10,001 recordings').waitFor()
  expect(await panel.getByRole('row').count()).toBeLessThan(100)
  await panel.getByRole('searchbox', { name: 'Search' }).fill('sub-001 run-01 ses-02')
  await row('rest').first().click()
  await details.getByText('Streams 1', { exact: true }).waitFor()
  await panel.getByRole('searchbox', { name: 'Search' }).fill('')
  await picture(page, `sessions-${theme}-${width}`)
  await panel.getByRole('button', { name: 'By subject' }).click()
  await panel.getByText('sub-001', { exact: true }).waitFor()
  await picture(page, `sessions-${theme}-${width}-by-subject`)
  const overflow = await page.evaluate(() => [
    document.documentElement.scrollWidth - window.innerWidth,
    document.documentElement.scrollHeight - window.innerHeight,
  ])
  expect(overflow).toEqual([0, 0])
  expect(errors).toEqual([])
})

/** Entries without files: what a catalogue of some years looks like. */
function fill(folder: string, count: number): void {
  const catalogue = new SessionCatalogue(folder)
  catalogue.replaceAll(() => {
    for (let i = 0; i < count; i++) {
      const subject = String(1 + Math.floor(i / 40)).padStart(3, '0')
      const task = ['rest', 'p300', 'motor'][i % 3]!
      const run = 1 + (i % 40)
      const lost = i % 17 === 0 ? i % 300 : 0
      const verdict = (['complete', 'gaps', 'damaged'] as const)[lost === 0 ? 0 : i % 2 ? 1 : 2]!
      catalogue.put({
        path: `sub-${subject}_ses-01_task-${task}_run-${String(run).padStart(2, '0')}.xdf`,
        ...{ subject, session: '01', task, run, protocol: '', operator: 'Ada', notes: '' },
        state: 'closed',
        startedAt: new Date(Date.UTC(2024, 0, 1) + i * 5_400_000).toISOString(),
        endedAt: null,
        seconds: 300 + (i % 900),
        bytes: 4e6 + i * 4321,
        ledger: { expected: 75_000, received: 75_000 - lost, lost },
        ...{ process: null, settingsVersion: null, montageVersion: null, devices: 'Cyton' },
        integrity:
          i % 4 === 0 ? null : { verdict, checkedAt: '2025-01-01T00:00:00.000Z', reason: '' },
      })
    }
  })
  catalogue.end()
}
