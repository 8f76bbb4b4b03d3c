/*{
  "ISFVSN": "2",
  "CREDIT": "Doppel",
  "DESCRIPTION": "What moves leaves a coloured trail behind the subject, which itself stays crisp.",
  "CATEGORIES": ["Stylize"],
  "INPUTS": [
    { "NAME": "inputImage", "TYPE": "image" },
    { "NAME": "maskImage", "TYPE": "image" },
    { "NAME": "decay", "LABEL": "Decay", "TYPE": "float", "MIN": 0.0, "MAX": 0.99, "DEFAULT": 0.9 },
    { "NAME": "drift", "LABEL": "Drift", "TYPE": "point2D", "MIN": [-0.02, -0.02], "MAX": [0.02, 0.02], "DEFAULT": [0.0, 0.004] },
    { "NAME": "tint", "LABEL": "Tint", "TYPE": "color", "DEFAULT": [0.4, 0.7, 1.0, 1.0] },
    { "NAME": "clear", "LABEL": "Clear", "TYPE": "event" },
    { "NAME": "beatPhase", "TYPE": "float" }
  ],
  "PASSES": [
    { "TARGET": "trail", "PERSISTENT": true, "FLOAT": true, "WIDTH": "floor($WIDTH/2.0)", "HEIGHT": "floor($HEIGHT/2.0)" },
    {}
  ]
}*/

void main() {
  float inside = IMG_THIS_PIXEL(maskImage).r;
  if (PASSINDEX == 0) {
    vec4 before = clear ? vec4(0.0) : IMG_NORM_PIXEL(trail, isf_FragNormCoord - drift);
    vec4 now = vec4(IMG_THIS_PIXEL(inputImage).rgb * tint.rgb, 1.0) * inside;
    gl_FragColor = max(before * decay, now);
  } else {
    vec4 picture = IMG_THIS_PIXEL(inputImage);
    vec4 left = IMG_THIS_PIXEL(trail) * (1.0 - 0.3 * beatPhase);
    gl_FragColor = vec4(mix(picture.rgb + left.rgb * (1.0 - picture.rgb), picture.rgb, inside), picture.a);
  }
}
