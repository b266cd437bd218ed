import { createHash } from 'node:crypto'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { reportStyle } from './src/formats/integrity/report-style.ts'

/** The window shows integrity reports in a frame, which has the policy of the page around it. */
const reportPolicy: Plugin = {
  name: 'report-policy',
  transformIndexHtml: (html) => {
    const hash = createHash('sha256').update(reportStyle).digest('base64')
    return html.replace("style-src 'self'", `style-src 'self' 'sha256-${hash}'`)
  },
}

export default defineConfig({
  root: 'src/renderer',
  // Relative, so that the pages work from any address and from a file.
  base: './',
  plugins: [react(), reportPolicy],
  build: {
    outDir: '../../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    // It comes from this machine's disk, not over a network.
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
  },
})
