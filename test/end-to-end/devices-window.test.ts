/** Devices as somebody sees them who looks after a recording: set, watched, and sent to others. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { emulatedCyton, infoOf, startSynapse } from './synapse.ts'
import { openBrowser, openPage, picture, untilColumns } from './window.ts'

async function served(...options: string[]) {
  const folder = scratchFolder()
  const host = startSynapse('serve', '--port', '0', '--folder', folder.path('.'), ...options)
  const line = await host.line((each) => each.includes('http://'))
  return { folder, url: line.replace(/.*(http:\S+).*/, '$1') }
}

async function pictures(page: Page, name: string): Promise<void> {
  for (const [theme, width, height] of [
    ['dark', 1280, 800],
    ['light', 1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme: theme })
    await picture(page, `${name}-${theme}-${width}x${height}`)
  }
}

test('a gain is changed while it is recorded: a marker at its sample, and a gap that is marked', async () => {
  const board = scratchFolder()
  const emulated = await emulatedCyton(board.path('port'))
  const { folder, url } = await served('--device', `openbci-cyton:${board.path('port')}`)
  const { page, errors } = await openPage(await openBrowser(), url)
  await untilColumns(page, 20)
  await page.getByText('Health').click()
  await page.getByText('of 250 Hz').first().waitFor()
  await page.getByText('v3.1.2').waitFor()
  await pictures(page, 'health')
  await page.getByText('Health').click()
  await page.getByText('Settings', { exact: true }).click()
  const gains = page.getByRole('textbox', { name: 'Gains' })
  expect(await gains.inputValue()).toBe('24')
  await page.getByRole('textbox', { name: 'Recording file' }).fill(folder.path('gain.xdf'))
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await page.getByRole('contentinfo', { name: 'Status' }).getByText('REC').waitFor()
  await page.getByText('To change these, stop the recording').waitFor()
  expect(await page.getByRole('combobox', { name: 'Pins' }).isDisabled()).toBe(true)
  await gains.fill('5')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('alert').filter({ hasText: 'gains' }).waitFor()
  await gains.fill('12')
  await pictures(page, 'settings')
  await page.getByRole('button', { name: 'Apply' }).click()
  const apply = page.getByRole('button', { name: 'Apply' })
  await expect.poll(() => apply.isDisabled(), { timeout: 30_000 }).toBe(true)
  expect(await gains.inputValue()).toBe('12')
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.waitForTimeout(1000)
  await page.getByRole('button', { name: 'Stop recording' }).click()
  await page.getByText(/Written:/).waitFor()
  const { markers, streams } = await infoOf(folder.path('gain.xdf'))
  expect(markers.map(({ label }) => label)).toEqual(['setting gains 24 → 12'])
  const eeg = streams.find(({ type }) => type === 'EEG')!
  expect(eeg.gaps.length).toBe(1)
  expect(eeg.gaps[0]!.lostSamples).toBeGreaterThan(10)
  expect(errors).toEqual([])
  await emulated.end()
})

test('another number of channels opens the device anew', async () => {
  const { url } = await served('--device', 'synthetic')
  const { page, errors } = await openPage(await openBrowser(), url)
  await untilColumns(page, 20)
  await page.getByText('Settings', { exact: true }).click()
  await page.getByRole('spinbutton', { name: 'Channels' }).fill('16')
  await page.getByRole('button', { name: 'Apply, open anew' }).click()
  await page.getByText('16 ch').first().waitFor()
  await untilColumns(page, 20)
  expect(errors).toEqual([])
})

test('a target and a port for markers: opened, counted, ended, and their trouble beside them', async () => {
  const receiver = createSocket('udp4')
  onTestFinished(() => void receiver.close())
  let heard = 0
  receiver.on('message', () => heard++)
  receiver.bind(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  const { url } = await served('--device', 'synthetic')
  const { page, errors } = await openPage(await openBrowser(), url)
  const network = page.getByRole('region', { name: 'OSC, UDP and WebSocket' })
  await network.getByRole('combobox', { name: 'Way of sending' }).selectOption({ label: 'UDP' })
  const address = network.getByRole('textbox', { name: 'Address to send to' })
  await address.fill('nonsense')
  await network.getByRole('button', { name: 'Add' }).click()
  await network.getByRole('alert').filter({ hasText: 'is no address' }).waitFor()
  await address.fill(String(port))
  await network.getByRole('button', { name: 'Add' }).click()
  await network.getByText(new RegExp(`UDP 127.0.0.1:${port}`)).waitFor()
  await expect.poll(() => heard, { timeout: 10_000 }).toBeGreaterThan(5)
  await network.getByText(/[1-9][\d,]* sent, 0 lost/).waitFor()
  const markers = page.getByRole('region', { name: 'Markers by UDP' })
  await markers.getByRole('textbox', { name: 'Address for markers' }).fill('0')
  await markers.getByRole('button', { name: 'Listen' }).click()
  const where = await markers.getByText(/^127\.0\.0\.1:\d+$/).textContent()
  receiver.send('go', Number(where!.split(':')[1]), '127.0.0.1')
  await markers.getByText('1 received, 0 refused').waitFor()
  await markers.scrollIntoViewIfNeeded()
  await pictures(page, 'send-and-receive')
  await network.getByRole('combobox', { name: 'Way of sending' }).selectOption('WebSocket')
  await network.getByRole('textbox').fill('256.0.0.1:1')
  await network.getByRole('button', { name: 'Add' }).click()
  await network.getByRole('alert').waitFor()
  await network.getByRole('button', { name: /^End UDP/ }).click()
  await network.getByText(/sent, 0 lost/).waitFor({ state: 'detached' })
  await markers.getByRole('button', { name: 'End listening' }).click()
  await markers.getByRole('button', { name: 'Listen' }).waitFor()
  expect(errors).toEqual([])
})
