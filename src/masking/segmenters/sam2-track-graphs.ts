import type { GraphContract } from '../types.js'

/** Side of the picture, of its features, and of the mask as the decoder gives it. */
export const PICTURE_SIDE = 1024
export const MASK_SIDE = 256
/** Channels of a memory token and of an object pointer. */
export const TOKEN = 64
export const POINTER = 256

const VISION = [1, 256, 64, 64]
const HIGH0 = [1, 32, 256, 256]
const HIGH1 = [1, 64, 128, 128]

/** SAM 2.1 and EdgeTAM in four graphs, split as sam2-onnx-cpp (export/src/modules.py) exports them. */
export const SAM2_TRACK_GRAPHS: Readonly<Record<'encoder' | 'decoder' | 'attention' | 'memory', GraphContract>> = {
  encoder: {
    inputs: { image: { names: ['input', 'input_image', 'image'], shape: [1, 3, PICTURE_SIDE, PICTURE_SIDE] } },
    outputs: {
      /** As it is, for the memory encoder. */
      vision: { names: ['image_embeddings', 'vision_features'], shape: VISION },
      /** With the embedding that says "no memory": for the decoder on a seeded picture, and for memory attention, which takes that off again. */
      current: { names: ['current_vision_feat'], shape: VISION },
      position: { names: ['vision_pos_embed'], shape: [4096, 1, 256] },
      high0: { names: ['high_res_features1', 'high_res_feats_0'], shape: HIGH0 },
      high1: { names: ['high_res_features2', 'high_res_feats_1'], shape: HIGH1 },
    },
  },
  decoder: {
    inputs: {
      points: { names: ['point_coords'], shape: ['labels', 'points', 2] },
      labels: { names: ['point_labels'], shape: ['labels', 'points'] },
      image: { names: ['image_embed', 'image_embeddings'], shape: VISION },
      high0: { names: ['high_res_feats_0', 'high_res_features1'], shape: HIGH0 },
      high1: { names: ['high_res_feats_1', 'high_res_features2'], shape: HIGH1 },
    },
    outputs: {
      pointer: { names: ['obj_ptr'], shape: ['labels', POINTER] },
      /** The mask as the memory encoder takes it: -10 to 10. */
      remembered: { names: ['mask_for_mem'], shape: ['labels', 'masks', PICTURE_SIDE, PICTURE_SIDE] },
      mask: { names: ['pred_mask'], shape: ['labels', 'masks', MASK_SIDE, MASK_SIDE] },
    },
  },
  attention: {
    inputs: {
      current: { names: ['current_vision_feat'], shape: VISION },
      position: { names: ['current_vision_pos_embed'], shape: [4096, 1, 256] },
      pointers: { names: ['memory_0'], shape: ['pointers', POINTER] },
      /** How many pictures ago each pointer was; exports that place pointers in time by themselves want it. */
      ages: { names: ['obj_ptr_offsets'], shape: ['pointers'], optional: true },
      frames: { names: ['memory_1'], shape: ['frames', TOKEN, 64, 64], or: ['frames', 512, TOKEN] },
      codes: { names: ['memory_pos_embed'], shape: ['tokens', 1, TOKEN] },
    },
    outputs: { fused: { names: ['fused_feat'], shape: VISION } },
  },
  memory: {
    inputs: { mask: { names: ['mask_for_mem'], shape: [1, 1, PICTURE_SIDE, PICTURE_SIDE] }, vision: { names: ['pix_feat'], shape: VISION } },
    outputs: {
      features: { names: ['maskmem_features'], shape: [1, TOKEN, 64, 64], or: [1, 512, TOKEN] },
      codes: { names: ['maskmem_pos_enc'], shape: ['tokens', 1, TOKEN] },
      times: { names: ['temporal_code'], shape: [7, 1, 1, TOKEN] },
    },
  },
}
