/** How a file is known to be the one that was meant. */
export interface FileProof {
  readonly bytes?: number
  readonly sha256?: string
  /** SHA-1 of `blob <bytes>\0<content>`: what git calls the file. */
  readonly gitBlob?: string
}

export interface ModelFile extends FileProof {
  /** What the segmenter calls it. */
  readonly role: string
  readonly name: string
  /** At a pinned commit; undefined where nobody publishes the file as such. */
  readonly url?: string
  /** Other files of the same weights that may be imported in its place. */
  readonly or?: readonly FileProof[]
}

/** A model Doppel knows: where it comes from, what it may be used for, and what proves that it is the right one. */
export interface ModelManifest {
  readonly id: string
  readonly label: string
  /** The segmenter it is for. */
  readonly segmenter: string
  readonly licence: { readonly code: string; readonly weights: string; readonly ask?: string }
  /** What its segmenter is given, in words. */
  readonly input: string
  readonly files: readonly ModelFile[]
  /** It comes with Doppel, and is there at once. */
  readonly builtIn?: true
  /** For models nobody publishes in this form: how to come by them. */
  readonly how?: string
}

const github = (repository: string, commit: string, path: string) => `https://raw.githubusercontent.com/${repository}/${commit}/${path}`
const OBS = (path: string) => github('royshil/obs-backgroundremoval', '875ffda175fcb066380b31797c63630c8b4a3c71', `data/models/${path}`)
const EFFICIENT = (path: string) => github('yformer/EfficientSAM', 'd525f622e6f640acf5a0fc37c7ca1f243da5bde0', `weights/${path}`)
const NANO = (path: string) => github('HonglinChu/SiamTrackers', '248663fde6bf7c40190cf10ee396d5662919ecd3', `NanoTrack/models/nanotrackv2/${path}`)

/** Alike but for their weights: whichever is installed is used, the first of them first. */
const DEAOT = (id: string, label: string): ModelManifest => {
  const name = id.replaceAll('-', '_')
  return {
    id, label, segmenter: 'deaot',
    licence: { code: 'BSD-3-Clause', weights: 'not stated apart from the code\'s' },
    input: 'RGB, ImageNet mean and deviation, NCHW, of the graph\'s own size',
    files: [{ role: 'init', name: `${name}_init.onnx` }, { role: 'step', name: `${name}_step.onnx` }],
    how: `make both of its checkpoint with training/deaot_export, as docs/models.md describes; then npx doppel models import ${id} init=... step=...`,
  }
}

export const MODELS: readonly ModelManifest[] = [
  {
    id: 'doppel', label: 'Doppel\'s own tracker', segmenter: 'doppel', builtIn: true,
    licence: { code: 'MIT', weights: 'MIT: trained on pictures that training/ draws' },
    input: 'about 256x144 in the source\'s proportions, RGB, 0 to 1, NCHW',
    files: ['encode', 'remember', 'follow', 'find', 'move', 'regroup'].map((role) => ({ role, name: `${role}.onnx` })),
    how: 'it comes with Doppel, in models/doppel: install Doppel again',
  },
  {
    id: 'selfie', label: 'MediaPipe selfie segmentation', segmenter: 'selfie',
    licence: { code: 'Apache-2.0', weights: 'Apache-2.0 (by the account of virtual-background\'s README)' },
    input: '256x256 RGB, 0 to 1, NHWC',
    files: [{ role: 'model', name: 'selfie_segmentation.onnx', url: OBS('selfie_segmentation.onnx'), bytes: 447596, sha256: '1511ab5564cb0ae179cba9bcad6ad931003ccc71656f11fd270967023678c6a5' }],
  },
  {
    id: 'pphumanseg', label: 'PP-HumanSeg', segmenter: 'pphumanseg',
    licence: { code: 'Apache-2.0', weights: 'Apache-2.0' },
    input: '192x192 RGB, -1 to 1, NCHW',
    files: [{ role: 'model', name: 'pphumanseg_fp32.onnx', url: OBS('pphumanseg_fp32.onnx'), gitBlob: 'b1b077f2a239ab761d4858584ae5bc69a087294d' }],
  },
  {
    id: 'rvm', label: 'Robust Video Matting, MobileNetV3', segmenter: 'rvm',
    licence: { code: 'GPL-3.0', weights: 'GPL-3.0', ask: 'Its licence is GPL-3.0: what is made with it may have to be shared on the same terms.' },
    input: 'RGB, 0 to 1, NCHW, any size',
    files: [{ role: 'model', name: 'rvm_mobilenetv3_fp32.onnx', url: OBS('rvm_mobilenetv3_fp32.onnx'), gitBlob: '00279236c1234acc705a98581cdf80873ec6acd7' }],
  },
  {
    id: 'efficientsam-ti', label: 'EfficientSAM, Ti', segmenter: 'efficientsam',
    licence: { code: 'Apache-2.0', weights: 'Apache-2.0' },
    input: 'RGB, 0 to 1, NCHW, any size',
    files: [
      { role: 'encoder', name: 'efficient_sam_vitt_encoder.onnx', url: EFFICIENT('efficient_sam_vitt_encoder.onnx'), gitBlob: '6458f72477ae216a1bd68db41ffa14802c8d54f1' },
      { role: 'decoder', name: 'efficient_sam_vitt_decoder.onnx', url: EFFICIENT('efficient_sam_vitt_decoder.onnx'), gitBlob: 'f9310202c916fe5a4ec9a6897edae855caf023f4' },
    ],
  },
  {
    id: 'mobilesam', label: 'MobileSAM', segmenter: 'sam',
    licence: { code: 'Apache-2.0', weights: 'Apache-2.0' },
    input: 'RGB, longest side 1024, NCHW',
    files: [{ role: 'encoder', name: 'mobile_sam_encoder.onnx' }, { role: 'decoder', name: 'mobile_sam_decoder.onnx' }],
    how: 'export both from one checkpoint with samexporter, the encoder with or without --use-preprocess; then npx doppel models import mobilesam encoder=... decoder=...',
  },
  {
    id: 'sam2.1-tiny', label: 'SAM 2.1, Hiera tiny', segmenter: 'sam2',
    licence: { code: 'Apache-2.0', weights: 'Apache-2.0' },
    input: '1024x1024 RGB, ImageNet mean and deviation, NCHW',
    files: [{ role: 'encoder', name: 'sam2.1_hiera_tiny.encoder.onnx' }, { role: 'decoder', name: 'sam2.1_hiera_tiny.decoder.onnx' }],
    how: 'export the image encoder and decoder with samexporter; then npx doppel models import sam2.1-tiny encoder=... decoder=...',
  },
  {
    id: 'edgetam', label: 'EdgeTAM', segmenter: 'sam2-track',
    licence: { code: 'Apache-2.0', weights: 'Apache-2.0' },
    input: '1024x1024 RGB, ImageNet mean and deviation, NCHW',
    files: [{ role: 'encoder', name: 'image_encoder.onnx' }, { role: 'decoder', name: 'image_decoder.onnx' }, { role: 'attention', name: 'memory_attention.onnx' }, { role: 'memory', name: 'memory_encoder.onnx' }],
    how: 'export the four graphs from the checkpoint in its repository; then npx doppel models import edgetam encoder=... decoder=... attention=... memory=...',
  },
  ...['T', 'S', 'B', 'L'].map((size) => DEAOT(`deaot-${size.toLowerCase()}`, `DeAOT-${size}`)), DEAOT('r50-deaot-l', 'R50-DeAOT-L'),
  {
    id: 'nanotrack', label: 'NanoTrack v2', segmenter: 'nanotrack',
    licence: { code: 'Apache-2.0', weights: 'Apache-2.0' },
    input: '127x127 and 255x255 BGR, 0 to 255, NCHW',
    files: [
      {
        role: 'backbone', name: 'nanotrack_backbone_sim.onnx', url: NANO('nanotrack_backbone_sim.onnx'), bytes: 1056849, sha256: '530bdd0cd00f19afab79a863e71ba71e3312395a5dc9151af675082bdaaa2fc4',
        // With the height and width of its input made free by hand.
        or: [{ bytes: 1049698, sha256: '792f337c4d80d5d339824ff392c8a6d0bbd334e7447f364779731a838c9445d9' }],
      },
      { role: 'head', name: 'nanotrack_head_sim.onnx', url: NANO('nanotrack_head_sim.onnx'), bytes: 726198, sha256: '0d8c0637be849f092cc7236cae02e55c8b9455ebe37ba50601d6115db4247cd9' },
    ],
  },
]
