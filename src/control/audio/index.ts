export { createAudio, type Audio } from './listen.js'
