/** A recording in the review panel of a real browser: looked at, jumped about in, played from there. */
import { copyFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { dataFile } from '../data-folder.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { soundRecording } from '../sound-recording.ts'
import { startSynapse } from './synapse.ts'
import { openBrowser, openPage, picture } from './window.ts'

async function serve() {
  const folder = scratchFolder()
  const host = startSynapse('serve', '--port', '0', '--folder', folder.path('.'))
  const line = await host.line((each) => each.includes('http://'))
  return { folder, url: line.replace(/.*(http:\S+).*/, '$1') }
}

async function review(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Review', exact: true }).first().click()
  await page.getByRole('textbox', { name: 'Recording to look at' }).fill(path)
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await untilDrawn(page)
}

/** All that is on the screen has come. */
async function untilDrawn(page: Page): Promise<void> {
  await page.locator('[data-testid=review-traces][data-complete=true]').waitFor()
}

const place = async (page: Page) =>
  Number(
    await page
      .getByRole('slider', { name: 'Place in the recording' })
      .getAttribute('aria-valuenow'),
  )

test('a recording is looked at: keys, times, gaps, markers, channels, and played from there', async () => {
  const { folder, url } = await serve()
  const path = folder.write('mine.xdf', await soundRecording())
  const { page, errors } = await openPage(await openBrowser(), url)
  await review(page, path)
  await picture(page, 'review-own')
  await page.getByRole('combobox', { name: 'Time base' }).selectOption({ label: '2 s' })
  await page.keyboard.press('PageDown')
  await expect.poll(() => place(page)).toBe(2)
  await page.keyboard.press('End')
  await expect.poll(() => place(page)).toBe(10)
  await page.keyboard.press('Home')
  await expect.poll(() => place(page)).toBe(0)
  await page.getByRole('textbox', { name: 'Go to time' }).fill('0:06')
  await page.keyboard.press('Enter')
  await expect.poll(() => place(page)).toBe(6)
  await page.getByRole('button', { name: /^gaps/i }).click()
  await page.getByRole('button', { name: /10 lost/ }).click()
  await expect.poll(() => place(page)).toBe(7)
  await untilDrawn(page)
  await picture(page, 'review-gap')
  await page.getByRole('button', { name: /^markers/i }).click()
  await page.getByRole('button', { name: /m20/ }).click()
  await expect.poll(() => place(page)).toBe(2)
  await page.getByRole('button', { name: /^channels/i }).click()
  await page.getByRole('checkbox', { name: /c3/ }).first().uncheck()
  await page.getByText('10 channels').waitFor()
  await page.getByRole('button', { name: 'Play from here' }).click()
  const bar = page.getByRole('region', { name: 'Replay of mine.xdf' })
  await bar.waitFor()
  await bar.getByRole('button', { name: 'Hold' }).click()
  await bar.getByRole('button', { name: 'Play', exact: true }).waitFor()
  await bar.getByRole('combobox', { name: 'Speed' }).selectOption({ label: '10 ×' })
  await bar.getByRole('checkbox', { name: 'Loop' }).check()
  await expect.poll(() => bar.getByRole('checkbox', { name: 'Loop' }).isChecked()).toBe(true)
  await bar.getByRole('button', { name: 'Play', exact: true }).click()
  await bar.getByRole('button', { name: 'Hold' }).waitFor()
  await picture(page, 'review-playing')
  expect(errors).toEqual([])
})

test('what is no recording is refused where it was asked for', async () => {
  const { folder, url } = await serve()
  const path = folder.write('words.txt', Buffer.from('no recording at all\n'.repeat(50)))
  const { page } = await openPage(await openBrowser(), url)
  await page.getByRole('button', { name: 'Review', exact: true }).first().click()
  await page.getByRole('textbox', { name: 'Recording to look at' }).fill(path)
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  const alert = page.getByRole('alert').filter({ hasText: 'words.txt' })
  await alert.waitFor()
  expect(await alert.textContent()).toMatch(/no recording that we know/)
})

test('looks its part in both themes and sizes, with a recording of others', async () => {
  const data = dataFile('mne-tools__mne-python/test.edf')
  if (!data) return
  const { folder, url } = await serve()
  copyFileSync(data, folder.path('test.edf'))
  const browser = await openBrowser()
  for (const theme of ['dark', 'light'] as const) {
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      const { page, errors } = await openPage(browser, url, { theme, width, height })
      await review(page, 'test.edf')
      await page.keyboard.press('ArrowDown')
      await page.locator('.gutter-row.selected').waitFor()
      await picture(page, `review-${theme}-${width}x${height}`)
      const overflow = await page.evaluate(() => [
        document.documentElement.scrollWidth - window.innerWidth,
        document.documentElement.scrollHeight - window.innerHeight,
      ])
      expect(overflow).toEqual([0, 0])
      expect(errors).toEqual([])
      await page.close()
    }
  }
})
