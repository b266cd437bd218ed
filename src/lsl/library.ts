/**
 * liblsl itself, called through koffi: found, loaded, and its functions declared. It is loaded once
 * in every thread that uses it; the library in memory, and its session, are the same for all.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import koffi, { type LibraryHandle } from 'koffi'
import { reasonOf, SynapseError } from '../signal/index.ts'

/** An object of liblsl's. */
export type Handle = object

/** Where liblsl reports what went wrong. */
export const outcomes = { fine: 0, timeout: -1, lost: -2 } as const

const declarations = {
  lsl_library_version: 'int lsl_library_version()',
  lsl_local_clock: 'double lsl_local_clock()',
  lsl_create_continuous_resolver: 'void* lsl_create_continuous_resolver(double)',
  lsl_resolver_results: 'int lsl_resolver_results(void*, _Out_ void**, uint32_t)',
  lsl_destroy_continuous_resolver: 'void lsl_destroy_continuous_resolver(void*)',
  lsl_create_streaminfo:
    'void* lsl_create_streaminfo(const char*, const char*, int, double, int, const char*)',
  lsl_destroy_streaminfo: 'void lsl_destroy_streaminfo(void*)',
  lsl_get_name: 'const char* lsl_get_name(void*)',
  lsl_get_type: 'const char* lsl_get_type(void*)',
  lsl_get_source_id: 'const char* lsl_get_source_id(void*)',
  lsl_get_hostname: 'const char* lsl_get_hostname(void*)',
  lsl_get_uid: 'const char* lsl_get_uid(void*)',
  lsl_get_channel_count: 'int lsl_get_channel_count(void*)',
  lsl_get_channel_format: 'int lsl_get_channel_format(void*)',
  lsl_get_nominal_srate: 'double lsl_get_nominal_srate(void*)',
  lsl_get_desc: 'void* lsl_get_desc(void*)',
  lsl_append_child: 'void* lsl_append_child(void*, const char*)',
  lsl_append_child_value: 'void* lsl_append_child_value(void*, const char*, const char*)',
  lsl_get_xml: 'void* lsl_get_xml(void*)',
  lsl_destroy_string: 'void lsl_destroy_string(void*)',
  lsl_create_inlet: 'void* lsl_create_inlet(void*, int, int, int)',
  lsl_destroy_inlet: 'void lsl_destroy_inlet(void*)',
  lsl_get_fullinfo: 'void* lsl_get_fullinfo(void*, double, int*)',
  lsl_open_stream: 'void lsl_open_stream(void*, double, int*)',
  lsl_time_correction: 'double lsl_time_correction(void*, double, int*)',
  lsl_was_clock_reset: 'uint32_t lsl_was_clock_reset(void*)',
  lsl_pull_chunk_s: pullOf('s', 'int16_t'),
  lsl_pull_chunk_i: pullOf('i', 'int32_t'),
  lsl_pull_chunk_f: pullOf('f', 'float'),
  lsl_pull_chunk_d: pullOf('d', 'double'),
  lsl_pull_sample_buf:
    'double lsl_pull_sample_buf(void*, _Out_ void**, uint32_t*, int, double, int*)',
  lsl_create_outlet: 'void* lsl_create_outlet(void*, int, int)',
  lsl_destroy_outlet: 'void lsl_destroy_outlet(void*)',
  lsl_get_info: 'void* lsl_get_info(void*)',
  lsl_have_consumers: 'int lsl_have_consumers(void*)',
  lsl_push_chunk_stn: pushOf('s', 'int16_t'),
  lsl_push_chunk_itn: pushOf('i', 'int32_t'),
  lsl_push_chunk_ftn: pushOf('f', 'float'),
  lsl_push_chunk_dtn: pushOf('d', 'double'),
  lsl_push_sample_strt: 'int lsl_push_sample_strt(void*, const char**, double)',
} as const

type KoffiFunction = ReturnType<LibraryHandle['func']>
type Name = keyof typeof declarations
export type LslLibrary = { readonly [K in Name]: KoffiFunction }

function pullOf(letter: string, type: string): string {
  const lengths = 'unsigned long, unsigned long'
  return `unsigned long lsl_pull_chunk_${letter}(void*, ${type}*, double*, ${lengths}, double, int*)`
}

function pushOf(letter: string, type: string): string {
  return `int lsl_push_chunk_${letter}tn(void*, ${type}*, unsigned long, double*)`
}

/**
 * The library that `LIBLSL` names; without it the one that came along, or the system's.
 * @throws SynapseError lsl-missing
 */
export function loadLsl(): LslLibrary {
  const named = process.env.LIBLSL
  const tried: string[] = []
  for (const path of named ? [named] : [...packaged(), ...ofTheSystem()]) {
    try {
      const library = koffi.load(path)
      keepLoaded(path)
      return bind(library)
    } catch (cause) {
      tried.push(`${path}: ${reasonOf(cause)}`)
    }
  }
  const what = named ? tried[0]! : `none of ${tried.length} places has one for this system`
  throw new SynapseError('lsl-missing', `loading liblsl: ${what}`, { cause: tried.join('; ') })
}

/**
 * koffi takes a library out of memory with the last thread that has loaded it. liblsl has threads of
 * its own that outlive an outlet or inlet for a moment, and their code must not go from under them:
 * a reference that nobody gives back keeps it, as does every further one.
 */
function keepLoaded(path: string): void {
  if (process.platform === 'win32') {
    koffi.load('kernel32.dll').func('void* LoadLibraryW(const char16_t*)')(path)
  } else {
    const now = 2 // RTLD_NOW, on Linux as on macOS
    koffi.load(null).func('void* dlopen(const char*, int)')(path, now)
  }
}

function bind(library: LibraryHandle): LslLibrary {
  const functions: Partial<Record<Name, KoffiFunction>> = {}
  for (const name of Object.keys(declarations) as Name[]) {
    functions[name] = library.func(declarations[name])
  }
  return functions as LslLibrary
}

const fileNames: Readonly<Record<string, string>> = {
  'linux-x64': 'liblsl64.so',
  'darwin-x64': 'liblsl64.dylib',
  'darwin-arm64': 'liblslarm.dylib',
  'win32-x64': 'liblsl64.dll',
}

function packaged(): string[] {
  const name = fileNames[`${process.platform}-${process.arch}`]
  if (!name) return []
  const { resolve } = createRequire(import.meta.url)
  const folder = dirname(resolve('lsl.js/package.json'))
  // The dynamic linker cannot look into the desktop app's archive: the file lies beside it.
  return [join(folder, 'prebuilt', name).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')]
}

function ofTheSystem(): string[] {
  if (process.platform === 'win32') return ['lsl.dll']
  if (process.platform !== 'darwin') return ['liblsl.so.2', 'liblsl.so']
  return ['liblsl.dylib', '/opt/homebrew/lib/liblsl.dylib', '/usr/local/lib/liblsl.dylib']
}

/** Text that liblsl has allocated; freed here. */
export function takeText(lsl: LslLibrary, text: Handle | null): string {
  if (!text) return ''
  const copy = koffi.decode(text, 'char', -1) as string
  lsl.lsl_destroy_string(text)
  return copy
}

/** As `takeText`, of a known number of bytes. */
export function takeBytes(lsl: LslLibrary, text: Handle | null, bytes: number): string {
  if (!text) return ''
  const copy = Buffer.from(koffi.view(text, bytes)).toString('utf8')
  lsl.lsl_destroy_string(text)
  return copy
}
