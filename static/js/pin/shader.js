// One pass draws the pin: what each pixel shows, from distances to the pin's edges and the room that metal mirrors.
// Lengths are in mm, y grows downwards, z towards the eye; the numbers are those of designs/rendering.

export const VERTEX = `#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }`;

export const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;

// Distance inside the pin and inside its colours.
uniform sampler2D uFields;
// The label, or the colours of a print.
uniform sampler2D uOwner;
// Light of polished and of satin metal by its normal.
uniform sampler2D uRoom;
// Normal of what swells, waves of flat faces, shadow.
uniform sampler2D uSoft;
// Light round what glows, flow of mica.
uniform sampler2D uMood;
// From the pin to the room.
uniform mat3 uTurn;
// Where the eye is, seen from the pin.
uniform vec3 uEye;
// How far a ray moves while it goes down 1 mm.
uniform vec2 uSlip;
// Mm of the picture, mm of a pixel, distance of the eye.
uniform vec3 uView;
// The pin's radius, thickness, depth of its enamel.
uniform vec3 uSize;
// Left, top, width, height.
uniform vec4 uOwnerBox;
uniform vec4 uBevel;
// Colour and what is mixed into it.
uniform vec4 uPalette[64];
// Middle, radius, label.
uniform vec4 uStones[24];
uniform int uStoneCount;
// Of two coats.
uniform vec3 uTones[10];
// Polish, patina, rainbow, whether there is one.
uniform vec4 uCoats[2];
// 0 soft, 1 hard, 2 print, 3 struck, 4 cast.
uniform int uProcess;
// Whether a print has a picture.
uniform bool uPicture;
uniform float uDome, uDark, uStudio;
out vec4 outColour;

const vec3 KEY = vec3(-0.52, -0.62, 0.59);
const vec3 GLOW = vec3(0.45, 1.0, 0.62);
const vec3 HUES[5] = vec3[5](vec3(70, 190, 215) / 190.0, vec3(120, 105, 225) / 190.0, vec3(225, 85, 175) / 190.0,
  vec3(245, 180, 70) / 190.0, vec3(70, 190, 215) / 190.0);
const int SOFT = 0, HARD = 1, PRINT = 2, STRUCK = 3, CAST = 4;
const int GLITTER = 1, PEARL = 2, GLOWS = 3, CLEAR = 4, STONE = 5;
const float STEP = 0.045;

float sat(float v) { return clamp(v, 0.0, 1.0); }
vec2 field(vec2 p) { return texture(uFields, p / uView.x + 0.5).rg; }
vec2 room(vec3 n) { return texture(uRoom, (n.xy * 127.5 + 128.0) / 256.0).rg; }
vec3 lifted(vec2 n) { return vec3(n, sqrt(max(0.0, 1.0 - dot(n, n)))); }

float steep(float depth, float wide, float rise) {
  float t = sat(depth / wide);
  t *= t;
  return rise / wide * 1.5708 * (1.0 - t * (1.2234 - 0.2234 * t));
}

uint hashed(uint v) {
  v = v * 747796405u + 2891336453u;
  v = ((v >> ((v >> 28u) + 4u)) ^ v) * 277803737u;
  return (v >> 22u) ^ v;
}

float chance(int n) { return float(hashed(uint(n)) >> 8u) / 16777216.0; }

vec3 ramp(int coat, float light, vec2 at) {
  int n = coat * 5;
  vec3 c = mix(uTones[n], uTones[n + 1], sat(light / 0.2));
  c = mix(c, uTones[n + 2], sat((light - 0.2) / 0.28));
  c = mix(c, uTones[n + 3], sat((light - 0.48) / 0.28));
  c = mix(c, uTones[n + 4], sat((light - 0.76) / 0.24));
  if (uCoats[coat].z > 0.0) {
    vec2 from = at + uSize.x + vec2(0.012 * uView.x);
    float hue = fract(dot(from, vec2(0.55, 0.42)) / uView.x * 1.3333 + dot(uSlip, vec2(0.35, 0.27))) * 4.0;
    int k = int(hue);
    vec3 tint = mix(HUES[k], HUES[k + 1], hue - float(k));
    c = min(c * mix(tint, vec3(1), sat((light - 0.8) / 0.2)), 1.0);
  }
  return c;
}

vec3 coated(int coat, vec2 light, float patina, vec2 at) {
  float seen = mix(light.y, light.x, uCoats[coat].x);
  return ramp(coat, seen * (1.0 - patina * uCoats[coat].y), at);
}

// The lean of the flake that lies nearest.
vec2 flake(vec2 at) {
  ivec2 base = ivec2(floor(at + 0.5));
  float least = 9.0;
  vec2 lean = vec2(0);
  for (int n = 0; n < 4; n++) {
    ivec2 cell = base - ivec2(n & 1, n >> 1);
    int k = (((cell.y & 63) << 6) + (cell.x & 63)) * 4;
    vec2 away = vec2(cell) + vec2(chance(k + 1), chance(k)) * 0.5 + 0.25 - at;
    float far = dot(away, away);
    if (far < least) {
      least = far;
      lean = vec2(chance(k + 2), chance(k + 3)) * 1.6 - 0.8;
    }
  }
  return lean;
}

// A brilliant from above: x, y of the facet's normal, and what is seen through it.
vec3 facet(vec2 p) {
  float away = length(p), angle = atan(p.y, p.x) / 0.785398 + 8.125;
  int sector = int(angle);
  float part = angle - float(sector) - 0.5, turned = abs(part) * 2.0;
  int kind = 3;
  float tilt = 0.62, faces = (floor(angle * 2.0) + 0.5) / 2.0;
  if (away * cos(part * 0.785398) < 0.5) { kind = 0; tilt = 0.0; faces = 0.0; }
  else if (away < 0.5 + 0.16 * (1.0 - turned)) { kind = 1; tilt = 0.26; faces = float(sector) + 0.5; }
  else if (turned > (away - 0.62) * 2.4) { kind = 2; tilt = 0.44; faces = floor(angle + 0.5); }
  float turn = (faces - 8.125) * 0.785398;
  int ring = int(away * 5.0), wedge = int(angle * (away < 0.3 ? 2.0 : 4.0));
  return vec3(vec2(cos(turn), sin(turn)) * tilt, chance(65536 + ((kind * 17 + ring * 7 + wedge * 13 + sector * 3) & 63)));
}

// A window mirrored in a flat polished face, in two panes.
float sheen(vec2 at, float wave) {
  float across = dot(at, vec2(0.78, 0.62)) / uSize.x + wave * 0.008 + dot(uTurn[2].xy, vec2(0.78, 0.62)) * 2.2;
  return sat(smoothstep(-0.02, 0.03, 0.135 - abs(across + 0.44)) +
    0.8 * smoothstep(-0.02, 0.02, 0.035 - abs(across + 0.225)));
}

// The lamp at a dome's steep edge, and a window overhead in its gentle middle.
float mirrored(vec3 n) {
  float key = 2.0 * n.z * dot(n, KEY) - KEY.z;
  float across = dot(n.xy, vec2(0.78, 0.62)), down = dot(n.xy, vec2(-0.62, 0.78));
  float pane = smoothstep(0.0, 0.02, 0.034 - abs(across + 0.115)) * smoothstep(0.0, 0.02, 0.062 - abs(down)) *
    smoothstep(0.002, 0.010, abs(down + 0.01));
  return max(smoothstep(0.9, 0.955, key) * 0.8, pane * 0.42);
}

// What the pin shows at a place of its face, or of its side where that lies deep, and its own light.
vec3 face(vec2 at, float deep, vec4 soft, float flow, out float glow) {
  float px = uView.y;
  float turned = sat(length(uSlip) * 4.0);
  vec2 here = field(at);
  vec2 right = field(at + vec2(STEP, 0)) - field(at - vec2(STEP, 0));
  vec2 down = field(at + vec2(0, STEP)) - field(at - vec2(0, STEP));
  vec2 rimSlope = vec2(right.x, down.x) / (2.0 * STEP), lineSlope = vec2(right.y, down.y) / (2.0 * STEP);
  float depth = max(here.y, 0.0), away = -here.y, share = deep > 0.0 ? 0.0 : sat(here.y / px + 0.5);

  // Polished metal.
  vec2 lean = at * (0.22 / uSize.x) + vec2(soft.z, -soft.z) * 0.022, n = vec2(0);
  if (here.x < uBevel.x) n -= rimSlope * steep(here.x, uBevel.x, uBevel.y);
  if (away < uBevel.z) n += lineSlope * steep(away, uBevel.z, uBevel.w);
  vec3 normal = uTurn * lifted(n * inversesqrt(1.0 + dot(n, n)) + lean);
  float sideways = sat(deep / uSize.y);
  if (deep > 0.0) {
    float out_ = 0.3 - 0.5 * sideways;
    normal = uTurn * vec3(-normalize(rimSlope + 1e-5), out_) * (0.93 * inversesqrt(1.0 + out_ * out_));
  }
  vec2 light = room(normal);
  if (deep > 0.0) light = vec2(dot(light, vec2(0.6, 0.4)) * (1.0 - 0.35 * sideways));
  float foot = sat(1.0 - away * 5.0), patina = 0.45 * foot * foot * foot;
  float second = sat((0.62 - here.x) / px + 0.5);

  // What lies between the metal.
  vec4 own = texture(uOwner, (at - uOwnerBox.xy) / uOwnerBox.zw);
  vec4 entry = uPicture ? vec4(own.rgb, 0.0) : uPalette[int(own.r * 255.0 + 0.5) & 63];
  vec3 base = entry.rgb;
  int kind = int(entry.a + 0.5);
  vec3 lamp = KEY * uTurn;
  vec2 shift = clamp(-lamp.xy / max(lamp.z, 0.2) * 0.15, -0.4, 0.4);
  float wall = field(at - shift).y, near = min(wall, field(at - shift * 0.5).y);
  float lit = smoothstep(-0.1, 0.1, wall), feet = max(0.0, 1.0 - depth * 2.2);
  float drawn = uProcess == SOFT ? max(0.0, 1.0 - depth * 2.4) : 0.0;
  vec2 climb = lineSlope * drawn * drawn * 1.3;
  vec3 inner = uTurn * normalize(lifted(lean) + vec3(uProcess == SOFT ? climb : vec2(0), 0));
  // What is seen in a stone, where there is one.
  float through = -1.0;
  if (uProcess == CAST) inner = uTurn * lifted(soft.xy);
  else if (kind == GLITTER) inner = uTurn * lifted(flake(at / 0.17));
  else if (kind == CLEAR) {
    float far = length(at) + 0.001, phase = atan(at.y, at.x) * 80.0 + sin(far * 2.4) * 2.2;
    float cut = cos(phase) * 0.3 * min(far * 0.25, 1.0), swing = sin(far * 4.8) * 0.1;
    inner = uTurn * lifted(vec2(-at.y * cut + at.x * swing, at.x * cut + at.y * swing) / far);
  } else if (kind == STONE) {
    for (int k = 0; k < uStoneCount; k++) {
      vec2 from = (at - uStones[k].xy) / (uStones[k].z + 0.06);
      if (dot(from, from) < 1.3) {
        vec3 seen = facet(from);
        inner = uTurn * lifted(seen.xy);
        through = seen.z;
      }
    }
  }
  vec2 thrown = room(inner);

  vec3 colour = vec3(0);
  if (uProcess == STRUCK || uProcess == CAST) {
    vec2 ground;
    float dark;
    if (uProcess == CAST) {
      float low = max(0.0, 1.0 - depth * 1.1);
      ground = vec2(dot(thrown, vec2(0.55, 0.4)) * (1.0 - 0.42 * feet * feet));
      dark = 0.843 * low * low;
    } else {
      ivec2 grain = ivec2(floor(at * 16.0)) & 255, rough = grain >> 2;
      float grit = chance(grain.y * 256 + grain.x) * 24.0 + chance((1 << 17) + rough.y * 256 + rough.x) * 12.0 - 18.0;
      ground = vec2(88.0 + grit - (inner.x + inner.y) * 60.0 - 34.0 * feet * feet - (1.0 - lit) * 40.0) / 255.0;
      dark = (96.0 + 95.0 * feet - grit * 1.5) / 255.0;
    }
    light = mix(light, clamp(ground, 0.016, 0.98), share);
    patina = mix(patina, sat(dark), share);
    second = share;
  } else {
    if (kind == GLITTER || kind == PEARL) {
      float shade, flash;
      if (kind == GLITTER) {
        shade = 0.72 + 0.43 * thrown.x;
        flash = clamp((thrown.x - 0.84) * 4.2, 0.0, 1.0);
      } else {
        float mica = smoothstep(-0.3, 0.7, sin(dot(at, vec2(0.9, 0.5)) + flow * 1.6 + dot(uSlip, vec2(3, 2))) * 0.5);
        shade = 0.92 + 0.08 * mica;
        flash = 0.34 * mica;
      }
      base = mix(min(base * shade, 1.0), vec3(1), flash);
    } else if (through >= 0.0) {
      float flash = max(0.0, thrown.x - 0.72) * 2.2 + max(0.0, through - 0.93) * 6.0;
      base = mix(min(base * (0.22 + 0.55 * thrown.x + 0.75 * through * through), 1.0), vec3(1), sat(flash));
    }
    float bright = 1.0, shine = sheen(at, soft.z), gloss = turned * (uProcess == HARD ? 0.22 : uProcess == SOFT ? 0.14 : 0.1);
    if (uProcess == SOFT) {
      shine *= 0.05;
      if (depth < 0.46) {
        bright = (1.0 - (1.0 - smoothstep(-0.1, 0.1, near)) * 0.42) * (1.0 - 0.28 * feet * feet * feet);
        vec3 face = uTurn * normalize(vec3(climb, 1.0));
        float facing = 2.0 * face.z * dot(face, KEY) - KEY.z;
        if (dot(KEY.xy, climb) >= 0.1) shine += smoothstep(0.84, 0.98, facing) * mix(0.62, 0.15, uDome);
      }
    } else {
      vec3 lacquer = uProcess == HARD ? vec3(0.06, 0.34, 0.15) : vec3(0.10, 0.22, 0.06);
      float edge = max(0.0, 1.0 - depth / lacquer.x);
      bright = 1.0 - lacquer.y * edge * edge;
      shine *= lacquer.z;
    }
    // Glass mirrors the room; seen from the front that is the window and the lamp alone, as on a proof.
    if (kind != GLITTER && kind != CLEAR && kind != STONE) shine += gloss * smoothstep(0.45, 0.95, thrown.x) * (1.0 - shine);
    colour = base * (kind == CLEAR ? 0.3 : 1.0) * bright * (1.0 - shine) + shine;
    if (kind == CLEAR) colour += coated(0, thrown, 0.0, at) * base * 0.8 * (1.0 - (1.0 - lit) * 0.42);
  }
  vec3 metal = coated(0, light, patina, at);
  if (uCoats[1].w > 0.0) metal = mix(metal, coated(1, light, patina, at), second);
  colour = uProcess == STRUCK || uProcess == CAST ? metal : mix(metal, colour, share);

  if (uDome > 0.0 && uProcess != CAST) {
    float inside = here.x - 0.3, over = deep > 0.0 ? 0.0 : sat(inside / px + 0.5) * uDome;
    vec3 face = uTurn * lifted(soft.xy);
    float far = smoothstep(0.25, 0.75, dot(face.xy, vec2(0.6, 0.8))) * over, back = mirrored(face) * over * (1.0 - 0.6 * turned);
    back += (1.0 - back) * (0.12 * far + 0.16 * turned * over * smoothstep(0.5, 0.98, room(face).x));
    float edge = max(0.0, 1.0 - inside * 5.0);
    colour = colour * (1.0 - 0.14 * edge * edge * over - 0.05 * far) * (1.0 - back) + back;
  }
  glow = kind == GLOWS ? share * 0.9 : 0.0;
  return colour;
}

void main() {
  float px = uView.y;
  vec2 eyed = (gl_FragCoord.xy * px - uView.x * 0.5) * vec2(1, -1);
  vec3 ray = vec3(eyed, -uView.z) * uTurn;
  vec2 at = uEye.xy - ray.xy * (uEye.z / ray.z);
  vec2 top = field(at);
  vec4 soft = texture(uSoft, at / uView.x + 0.5);
  vec2 mood = texture(uMood, at / uView.x + 0.5).rg;
  float cover = sat(top.x / px + 0.5), slip = length(uSlip), deep = 0.0, glow = 0.0;
  vec3 colour = vec3(0);

  // Beside the face a ray may meet the pin's side further down; inside a colour it meets the enamel.
  if (slip > 0.001 && top.x < 0.5 * px) {
    deep = min(max(-top.x, 0.0) / slip, uSize.y);
    deep = min(deep + max(-field(at + uSlip * deep).x, 0.0) / slip, uSize.y);
    at += uSlip * deep;
    cover = max(cover, sat(field(at).x / px + 0.5));
  } else if (top.y > 0.0) {
    at += uSlip * uSize.z * smoothstep(0.0, 0.25, top.y);
  }
  if (cover > 0.0) colour = face(at, deep, soft, mood.g, glow);

  // The ground, the shadow on it, the dark.
  float fall = smoothstep(0.0, 1.25, length(eyed / uView.x * 1.35 + vec2(0.22, 0.30)));
  vec3 paper = (0.975 - 0.105 * fall) * vec3(1.0, 0.997, 0.992);
  float opaque = max(uStudio, uDark);
  vec3 shown = mix(paper * (1.0 - soft.w) * opaque, colour, cover);
  float alpha = mix(mix(soft.w, 1.0, opaque), 1.0, cover);
  glow = glow * cover + mood.r * 0.35;
  outColour = vec4(mix(shown, min(shown * 0.08 + glow * GLOW, 1.0), uDark), alpha);
}`;
