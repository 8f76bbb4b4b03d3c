// The same picture as shaders/kaleidoscope.frag at its defaults, for mpv's --glsl-shaders: what `npm run bench` compares with.
// At OUTPUT it runs on the picture scaled to the window, as Doppel's runs on its canvas. Its parameters are constants here,
// which a compiler may fold; Doppel's are uniforms.

//!HOOK OUTPUT
//!BIND HOOKED
//!DESC kaleidoscope

const float TURN = 6.2831853;
const int segments = 8;
const float angle = 0.0;
const float spin = 0.25;
const float zoom = 1.0;
const vec2 centre = vec2(0.5);
const float twist = 0.0;
const float pulse = 0.0;

vec2 mirrored(vec2 uv) {
  return 1.0 - abs(mod(uv, 2.0) - 1.0);
}

vec4 hook() {
  // 120 beats a minute at 60 frames a second.
  float beat = float(frame) / 30.0;
  float beatPhase = fract(beat);
  vec2 uv = HOOKED_pos;
  vec2 size = vec2(HOOKED_size.x / HOOKED_size.y, 1.0);
  vec2 p = (uv - 0.5) * size;
  float r = length(p);
  float a = r > 0.0 ? atan(p.y, p.x) : 0.0;
  a -= TURN * (angle + twist * r);
  float wedge = TURN / float(segments);
  a = abs(mod(a, wedge) - 0.5 * wedge);
  a += TURN * fract(spin * beat * 0.25);
  float kick = 1.0 - beatPhase;
  r /= zoom * (1.0 + 0.6 * pulse * kick * kick * kick);
  return HOOKED_tex(mirrored(centre + r * vec2(cos(a), sin(a)) / size));
}
