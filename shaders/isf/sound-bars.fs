/*{
  "ISFVSN": "2",
  "CREDIT": "Doppel",
  "DESCRIPTION": "Bars that stand as high as what is heard is loud, low notes on the left; drawn over the picture.",
  "CATEGORIES": ["Generator", "Audio"],
  "INPUTS": [
    { "NAME": "spectrum", "TYPE": "audioFFT", "MAX": 16 },
    { "NAME": "height", "LABEL": "Height", "TYPE": "float", "MIN": 0.0, "MAX": 1.0, "DEFAULT": 0.5 },
    { "NAME": "colour", "LABEL": "Colour", "TYPE": "color", "DEFAULT": [1.0, 0.6, 0.1, 0.8] },
    { "NAME": "place", "LABEL": "Place", "TYPE": "long", "VALUES": [0, 1], "LABELS": ["From below", "From above"], "DEFAULT": 0 }
  ]
}*/

void main() {
  vec2 uv = isf_FragNormCoord;
  float bars = IMG_SIZE(spectrum).x;
  float loud = IMG_NORM_PIXEL(spectrum, vec2((floor(uv.x * bars) + 0.5) / bars, 0.5)).r;
  float y = place == 1 ? 1.0 - uv.y : uv.y;
  float gap = step(0.1, fract(uv.x * bars));
  gl_FragColor = vec4(colour.rgb, colour.a * gap * step(y, loud * height));
}
