/** Bytes of a tightly packed picture. Chroma of odd sizes rounds up, as everywhere. */
export const packedBytes = (format: 'rgba' | 'i420', width: number, height: number): number => {
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1)
  return format === 'rgba' ? width * height * 4 : width * height + 2 * chroma
}

/** Size of the RGBA8 texture whose texels, four bytes each, are the packed picture's bytes one after another. */
export const packedSize = (format: 'rgba' | 'i420', width: number, height: number): readonly [width: number, height: number] => {
  if (format === 'rgba') return [width, height]
  const texels = Math.ceil(packedBytes(format, width, height) / 4)
  // Whole rows of luma where they divide evenly, for then no fragment has to divide.
  const across = width % 8 === 0 ? width / 4 : Math.min(texels, 1024)
  return [across, Math.ceil(texels / across)]
}

const RGBA = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D picture;
out vec4 packed;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  packed = vec4(texelFetch(picture, ivec2(at.x, textureSize(picture, 0).y - 1 - at.y), 0).rgb, 1.0);
}
`

const I420_HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
uniform sampler2D picture;
out vec4 packed;
const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);
float lumaOf(vec3 rgb) { return (16.0 + 219.0 * dot(rgb, LUMA)) / 255.0; }
float chromaOf(vec3 rgb, bool blue) {
  float luma = dot(rgb, LUMA);
  return (128.0 + 224.0 * (blue ? (rgb.b - luma) / 1.8556 : (rgb.r - luma) / 1.5748)) / 255.0;
}
`

/** Every row of the texture is one row of luma, or two of chroma; four bytes of a texel are always neighbours. */
const inRows = (w: number, h: number): string => `
vec3 pixel(int x, int y) { return texelFetch(picture, ivec2(x, ${h - 1} - y), 0).rgb; }
// The middle of four pixels, filtered: their mean.
vec3 mean(int x, int y) { return textureLod(picture, vec2(float(x * 2 + 1), ${h}.0 - float(y * 2 + 1)) / vec2(${w}.0, ${h}.0), 0.0).rgb; }
void main() {
  int x = int(gl_FragCoord.x) * 4;
  int y = int(gl_FragCoord.y);
  if (y < ${h}) {
    packed = vec4(lumaOf(pixel(x, y)), lumaOf(pixel(x + 1, y)), lumaOf(pixel(x + 2, y)), lumaOf(pixel(x + 3, y)));
    return;
  }
  y = (y - ${h}) * 2;
  if (x >= ${w / 2}) { x -= ${w / 2}; y += 1; }
  bool blue = y < ${(h + 1) >> 1};
  if (!blue) y -= ${(h + 1) >> 1};
  packed = vec4(chromaOf(mean(x, y), blue), chromaOf(mean(x + 1, y), blue), chromaOf(mean(x + 2, y), blue), chromaOf(mean(x + 3, y), blue));
}
`

/** Rows begin anywhere in the texture: each byte finds its own place. */
const inStream = (w: number, h: number, across: number): string => {
  const [cw, ch] = [(w + 1) >> 1, (h + 1) >> 1]
  return `
vec3 pixel(int x, int y) { return texelFetch(picture, ivec2(min(x, ${w - 1}), ${h - 1} - min(y, ${h - 1})), 0).rgb; }
float byteAt(int i) {
  if (i < ${w * h}) return lumaOf(pixel(i % ${w}, i / ${w}));
  i -= ${w * h};
  bool blue = i < ${cw * ch};
  if (!blue) i -= ${cw * ch};
  int x = i % ${cw} * 2;
  int y = i / ${cw} * 2;
  return chromaOf(0.25 * (pixel(x, y) + pixel(x + 1, y) + pixel(x, y + 1) + pixel(x + 1, y + 1)), blue);
}
void main() {
  int i = (int(gl_FragCoord.y) * ${across} + int(gl_FragCoord.x)) * 4;
  packed = vec4(byteAt(i), byteAt(i + 1), byteAt(i + 2), byteAt(i + 3));
}
`
}

/**
 * The fragment shader that packs a picture into bytes, top row first and opaque. The picture's texture must be filtered.
 *
 * I420 is Y'CbCr of BT.709, limited range: Y' = 16 + 219 (0.2126 R' + 0.7152 G' + 0.0722 B'), Cb = 128 + 224 (B' - Y') /
 * 1.8556, Cr = 128 + 224 (R' - Y') / 1.5748 (BT.709-6 items 3.2 to 3.4), chroma being the mean of the 2x2 pixels it stands for.
 */
export const packSource = (format: 'rgba' | 'i420', width: number, height: number): string => {
  if (format === 'rgba') return RGBA
  return I420_HEAD + (width % 8 === 0 ? inRows(width, height) : inStream(width, height, packedSize(format, width, height)[0]))
}
