import koffi from 'koffi'
import { angleLibrary } from './angle.js'

/** Memory on the GPU's side that pictures are read into without waiting. Works on the context that is current. */
export interface PixelBuffer {
  /** Starts reading RGBA8 texels from the framebuffer that is bound for reading, and returns at once. False when the GPU refused. */
  read(width: number, height: number): boolean
  /** Whether what was started has arrived, waiting for it up to `timeoutMs`. */
  arrived(timeoutMs: number): boolean
  /** Copies what has arrived; false when it cannot be reached (the context was lost). Allocates nothing. */
  copyTo(into: Uint8Array): boolean
  close(): void
}

/** OpenGL ES calls that `gl`'s JavaScript layer refuses, on the context that is current. Nothing here throws. */
export interface Gles {
  readonly vendor: string
  readonly renderer: string
  readonly version: string
  /** Enables an extension of the driver; false when it has none of that name. */
  requestExtension(name: string): boolean
  /** Binds the current surface's own framebuffer (`gl.bindFramebuffer(..., null)` means a texture inside `gl`). */
  bindSurface(): void
  /** Shader output i goes to colour attachment i of the bound framebuffer, for the first `count` of them. */
  drawToAttachments(count: number): void
  createPixelBuffer(bytes: number): PixelBuffer
}

const [VENDOR, RENDERER, VERSION, EXTENSIONS, REQUESTABLE] = [0x1f00, 0x1f01, 0x1f02, 0x1f03, 0x93a8]
const [FRAMEBUFFER, COLOR_ATTACHMENT0] = [0x8d40, 0x8ce0]
const [PACK_BUFFER, STREAM_READ, MAP_READ] = [0x88eb, 0x88e1, 1]
const [RGBA, UNSIGNED_BYTE] = [0x1908, 0x1401]
const [GPU_COMMANDS_COMPLETE, FLUSH_COMMANDS] = [0x9117, 1]
const [ALREADY_SIGNALED, CONDITION_SATISFIED] = [0x911a, 0x911c]

const C_LIBRARY: Readonly<Partial<Record<NodeJS.Platform, string>>> = { win32: 'ucrtbase.dll', darwin: 'libSystem.B.dylib' }

/** Loads the ANGLE library `gl` uses. Throws a DoppelError when it is not there. */
export const openGles = (): Gles => {
  const lib = koffi.load(angleLibrary('libGLESv2'))
  const f = {
    text: lib.func('const char *glGetString(uint32_t name)'),
    request: lib.func('void glRequestExtensionANGLE(const char *name)'),
    bindFramebuffer: lib.func('void glBindFramebuffer(uint32_t target, uint32_t framebuffer)'),
    drawBuffers: lib.func('void glDrawBuffers(int count, const uint32_t *attachments)'),
    genBuffers: lib.func('void glGenBuffers(int count, _Out_ uint32_t *buffers)'),
    deleteBuffers: lib.func('void glDeleteBuffers(int count, uint32_t *buffers)'),
    bindBuffer: lib.func('void glBindBuffer(uint32_t target, uint32_t buffer)'),
    bufferData: lib.func('void glBufferData(uint32_t target, intptr_t size, void *data, uint32_t usage)'),
    readPixels: lib.func('void glReadPixels(int x, int y, int width, int height, uint32_t format, uint32_t type, uintptr_t offset)'),
    map: lib.func('void *glMapBufferRange(uint32_t target, intptr_t offset, intptr_t length, uint32_t access)'),
    unmap: lib.func('uint8_t glUnmapBuffer(uint32_t target)'),
    fence: lib.func('uintptr_t glFenceSync(uint32_t condition, uint32_t flags)'),
    wait: lib.func('uint32_t glClientWaitSync(uintptr_t sync, uint32_t flags, uint64_t timeout)'),
    deleteSync: lib.func('void glDeleteSync(uintptr_t sync)'),
    copy: koffi.load(C_LIBRARY[process.platform] ?? 'libc.so.6').func('void *memcpy(void *into, const void *from, size_t bytes)'),
  }
  const text = (name: number) => (f.text(name) as string | null) ?? ''
  const has = (list: number, name: string) => text(list).split(' ').includes(name)

  const createPixelBuffer = (bytes: number): PixelBuffer => {
    const ids = new Uint32Array(1)
    f.genBuffers(1, ids)
    const [id] = ids
    // `gl` knows nothing of this binding and reads into JavaScript memory itself: never leave it bound.
    const bound = <T>(fn: () => T): T => {
      f.bindBuffer(PACK_BUFFER, id)
      try {
        return fn()
      } finally {
        f.bindBuffer(PACK_BUFFER, 0)
      }
    }
    bound(() => { f.bufferData(PACK_BUFFER, bytes, null, STREAM_READ) })
    let fence: unknown
    const forget = () => {
      if (fence !== undefined) f.deleteSync(fence)
      fence = undefined
    }
    return {
      read(width, height) {
        forget()
        bound(() => { f.readPixels(0, 0, width, height, RGBA, UNSIGNED_BYTE, 0) })
        const made = f.fence(GPU_COMMANDS_COMPLETE, 0) as number | bigint
        fence = Number(made) === 0 ? undefined : made
        return fence !== undefined
      },
      arrived(timeoutMs) {
        if (fence === undefined) return true
        const state = Number(f.wait(fence, FLUSH_COMMANDS, Math.round(timeoutMs * 1e6)))
        if (state !== ALREADY_SIGNALED && state !== CONDITION_SATISFIED) return false
        forget()
        return true
      },
      copyTo(into) {
        return bound(() => {
          const mapped: unknown = f.map(PACK_BUFFER, 0, Math.min(bytes, into.byteLength), MAP_READ)
          if (!mapped) return false
          f.copy(into, mapped, Math.min(bytes, into.byteLength))
          return Number(f.unmap(PACK_BUFFER)) !== 0
        })
      },
      close() {
        forget()
        f.deleteBuffers(1, ids)
      },
    }
  }

  return {
    vendor: text(VENDOR),
    renderer: text(RENDERER),
    version: text(VERSION),
    requestExtension(name) {
      if (!has(EXTENSIONS, name) && has(REQUESTABLE, name)) f.request(name)
      return has(EXTENSIONS, name)
    },
    bindSurface() {
      f.bindFramebuffer(FRAMEBUFFER, 0)
    },
    drawToAttachments(count) {
      f.drawBuffers(count, Uint32Array.from({ length: count }, (_, i) => COLOR_ATTACHMENT0 + i))
    },
    createPixelBuffer,
  }
}
