// Outside the frame the picture goes on as its own mirror image: no smeared borders.
vec2 mirrored(vec2 uv) {
  return 1.0 - abs(mod(uv, 2.0) - 1.0);
}

vec4 effect(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 p = (uv - centre) * size;
  float r = length(p);
  vec2 outwards = r > 0.0 ? p / r : vec2(0.0);
  float phase = 6.2831853 * (waves * r - fract(speed * beat));
  // The drop: a few waves around a front that runs out of the frame during the beat, and dies away.
  float front = r - 1.2 * beatPhase;
  float packet = exp(-24.0 * front * front) * (1.0 - beatPhase) * 2.5;
  // Waves begin small at the centre, or the picture would tear there.
  float strength = mix(1.0, packet, drop) * smoothstep(0.0, 0.5 / waves, r);
  float slope = strength * cos(phase);
  vec4 c = texture(source, mirrored(uv + amount * strength * sin(phase) * outwards / size));
  // Light falls from the top left.
  float lit = shine * slope * dot(outwards, vec2(-0.70710678, 0.70710678)) * min(1.0, 60.0 * amount);
  vec3 lifted = lit > 0.0 ? c.rgb + min(lit, 1.0) * 0.6 * (c.a - c.rgb) : c.rgb * (1.0 + 0.7 * max(lit, -1.0));
  return vec4(lifted, c.a);
}
