/** Words that no variable may be called by in GLSL ES 3.00, though it may in the GLSL that ISF shaders are written in. */
export const RESERVED: ReadonlySet<string> = new Set((
  'sample patch resource filter input output common partition active coherent volatile restrict readonly writeonly noperspective subroutine precise buffer shared superp half fixed '
  + 'long short double unsigned class union enum typedef template this goto inline noinline public static extern external interface sizeof cast namespace using asm'
).split(' '))

/** Words of GLSL ES 3.00 that stand before declarations outside of functions: anywhere else they are names. */
export const QUALIFIERS: ReadonlySet<string> = new Set(['smooth', 'flat', 'centroid', 'layout', 'invariant'])

/** Functions GLSL ES 3.00 brings: a shader's own of the same name would clash with them. */
export const BUILT_IN: ReadonlySet<string> = new Set((
  'radians degrees sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh pow exp log exp2 log2 sqrt inversesqrt abs sign floor trunc round roundEven ceil fract mod modf min max clamp mix step smoothstep '
  + 'isnan isinf floatBitsToInt intBitsToFloat length distance dot cross normalize faceforward reflect refract matrixCompMult outerProduct transpose determinant inverse lessThan lessThanEqual greaterThan '
  + 'greaterThanEqual equal notEqual any all not texture textureLod textureProj textureOffset textureGrad textureSize texelFetch dFdx dFdy fwidth'
).split(' '))

/** What older GLSL calls things. */
export const OLDER: Readonly<Record<string, string>> = {
  texture2D: 'texture', texture2DLod: 'textureLod', texture2DProj: 'textureProj', texture2DLodEXT: 'textureLod', texture2DGradEXT: 'textureGrad',
  gl_FragColor: 'hostFragColor', vv_FragNormCoord: 'isf_FragNormCoord', vv_vertShaderInit: 'isf_vertShaderInit', main: 'hostMain',
}

/** Ways to look at a picture: what stands for one of a shader's own pictures (numbered), and for one that a function was given. */
export const LOOKS: Readonly<Record<string, readonly [own: string, given: string]>> = {
  IMG_NORM_PIXEL: ['hostAt', 'texture'], IMG_PIXEL: ['hostPixel', 'hostPixelOf'],
  IMG_THIS_PIXEL: ['hostThis', 'hostThisOf'], IMG_THIS_NORM_PIXEL: ['hostThis', 'hostThisOf'], IMG_NORM_THIS_PIXEL: ['hostThis', 'hostThisOf'],
  IMG_SIZE: ['hostSize', 'hostSizeOf'], texture: ['hostAt', 'texture'], textureLod: ['hostAt', 'textureLod'],
  texture2DRect: ['hostPixel', 'hostPixelOf'],
}
