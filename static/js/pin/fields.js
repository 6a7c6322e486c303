// From the edges of a pin to planes for the shader. A grid is a square of `px` pixels over `mm`, the pin in its middle.

const squares = (loops, px, mm, reach) => {
  const out = new Float32Array(px * px).fill(reach * reach);
  const scale = px / mm;
  const shift = px / 2 - 0.5;
  for (const points of loops) {
    let ax = points[points.length - 2] * scale + shift;
    let ay = points[points.length - 1] * scale + shift;
    for (let n = 0; n < points.length; n += 2) {
      const bx = points[n] * scale + shift;
      const by = points[n + 1] * scale + shift;
      const dx = bx - ax;
      const dy = by - ay;
      const inverse = dx || dy ? 1 / (dx * dx + dy * dy) : 0;
      const left = Math.max(0, Math.ceil(Math.min(ax, bx) - reach));
      const right = Math.min(px - 1, Math.floor(Math.max(ax, bx) + reach));
      const bottom = Math.min(px - 1, Math.floor(Math.max(ay, by) + reach));
      for (let y = Math.max(0, Math.ceil(Math.min(ay, by) - reach)); y <= bottom; y += 1) {
        const v = y - ay;
        for (let x = left, at = y * px + left; x <= right; x += 1, at += 1) {
          const u = x - ax;
          const t = Math.min(1, Math.max(0, (u * dx + v * dy) * inverse));
          const ex = u - t * dx;
          const ey = v - t * dy;
          const square = ex * ex + ey * ey;
          if (square < out[at]) out[at] = square;
        }
      }
      ax = bx;
      ay = by;
    }
  }
  return out;
};

// Where the middle of a pixel is inside, by the even-odd rule: flips along each row.
const flips = (loops, px, mm) => {
  const out = new Uint8Array(px * (px + 1));
  const scale = px / mm;
  const shift = px / 2 - 0.5;
  for (const points of loops) {
    for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
      const [ax, ay] = [points[m] * scale + shift, points[m + 1] * scale + shift];
      const [bx, by] = [points[n] * scale + shift, points[n + 1] * scale + shift];
      const top = Math.max(0, Math.ceil(Math.min(ay, by)));
      const bottom = Math.min(px, Math.ceil(Math.max(ay, by)));
      for (let y = top; y < bottom; y += 1) {
        const x = ax + ((y - ay) * (bx - ax)) / (by - ay);
        out[y * (px + 1) + Math.min(px, Math.max(0, Math.ceil(x)))] ^= 1;
      }
    }
  }
  return out;
};

// Signed distance in mm to the edges, positive inside, held at `most` mm.
export const distances = (loops, px, mm, most) => {
  const out = squares(loops, px, mm, (most * px) / mm);
  const turns = flips(loops, px, mm);
  for (let y = 0, n = 0; y < px; y += 1) {
    for (let x = 0, sign = -mm / px; x < px; x += 1, n += 1) {
      if (turns[y * (px + 1) + x]) sign = -sign;
      out[n] = Math.sqrt(out[n]) * sign;
    }
  }
  return out;
};

export const isInside = (loops, x, y) => {
  let inside = false;
  for (const points of loops) {
    for (let n = 0, m = points.length - 2; n < points.length; m = n, n += 2) {
      const [ay, by] = [points[m + 1], points[n + 1]];
      if (ay > y !== by > y && x < points[m] + ((y - ay) * (points[n] - points[m])) / (by - ay)) inside = !inside;
    }
  }
  return inside;
};

// A Gaussian blur, in place, the borders repeated.
export const blur = (plane, px, sigma) => {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, n) => Math.exp(-((n - reach) ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const line = new Float32Array(px + 2 * reach);
  const pass = (start, step) => {
    for (let n = 0; n < line.length; n += 1) line[n] = plane[start + Math.min(px - 1, Math.max(0, n - reach)) * step];
    for (let n = 0; n < px; n += 1) {
      let value = 0;
      for (let k = 0; k < weights.length; k += 1) value += weights[k] * line[n + k];
      plane[start + n * step] = value / sum;
    }
  };
  for (let n = 0; n < px; n += 1) pass(n * px, 1);
  for (let n = 0; n < px; n += 1) pass(n, px);
  return plane;
};

// X and y of the normals of heights in mm, into channels `at` and `at + 1` of `out`, which has four.
const normals = (high, px, mm, out) => {
  const scale = px / (2 * mm);
  for (let y = 1, n = px + 1; y < px - 1; y += 1, n += 2) {
    for (let x = 1; x < px - 1; x += 1, n += 1) {
      const dx = (high[n + 1] - high[n - 1]) * scale;
      const dy = (high[n + px] - high[n - px]) * scale;
      const unit = -1 / Math.hypot(1, dx, dy);
      out[4 * n] = dx * unit;
      out[4 * n + 1] = dy * unit;
    }
  }
};

// As designs/rendering/domes.py: resin climbs steeply at its edge and goes on rising to the middle of the widest part.
const DOME_RIM = 0.3;
const DOME_REACH = 7.5;
const dome = (pin, px) => {
  const depth = distances(pin.outline, px, pin.picture, DOME_REACH + 1).map((mm) => Math.max(-0.2, mm - DOME_RIM));
  blur(depth, px, (0.12 * px) / pin.picture);
  const reach = Math.min(DOME_REACH, Math.max(1.5, 0.95 * depth.reduce((most, mm) => Math.max(most, mm), 0)));
  const high = depth.map((mm) => {
    const t = Math.min(1, Math.max(0, mm / reach));
    const edge = Math.min(1, Math.max(0, mm / Math.min(1.4, reach)));
    return Math.sqrt(1 - (1 - edge) ** 2) * 0.5 + (1 - (1 - t) ** 2) * 0.085 * reach;
  });
  return blur(high, px, (0.3 * px) / pin.picture);
};

// As designs/rendering/planes.py: each area of a cast pin swells from its edges.
const swelling = (pin, px) => {
  const high = distances(pin.enamel, px, pin.picture, 4.4).map((mm) => 0.8 * (1 - Math.exp(-Math.max(mm, 0) / 1.1)));
  return blur(high, px, (0.3 * px) / pin.picture);
};

// As designs/rendering/scene.py: softness and reach in mm under a pin of 30 mm, and strength.
const ON_TABLE = [
  [0.16, 0.14, 0.34],
  [0.6, 0.55, 0.3],
  [1.9, 1.35, 0.2],
];

const shadow = (pin, px) => {
  const pitch = pin.picture / px;
  const cover = distances(pin.outline, px, pin.picture, pitch).map((mm) => Math.min(1, Math.max(0, mm / pitch + 0.5)));
  const scale = pin.radius / 15 / pitch;
  const light = new Float32Array(px * px).fill(1);
  for (const [softness, reach, strength] of ON_TABLE) {
    const soft = blur(cover.slice(), px, Math.max(0.4, softness * scale));
    const across = Math.round(reach * 0.75 * scale);
    const down = Math.round(reach * scale);
    for (let y = down; y < px; y += 1) {
      for (let x = across; x < px; x += 1) light[y * px + x] *= 1 - soft[(y - down) * px + x - across] * strength;
    }
  }
  return light.map((left) => Math.min(0.85, 1 - left));
};

// Noise of unit strength between its values, which are `pitch` mm apart.
const noise = ({ bytes, width, height, x, y, pitch }, right, down) => {
  const u = Math.min(width - 1.001, Math.max(0, (right - x) / pitch));
  const v = Math.min(height - 1.001, Math.max(0, (down - y) / pitch));
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const n = j * width + i;
  const above = bytes[n] + (bytes[n + 1] - bytes[n]) * (u - i);
  const below = bytes[n + width] + (bytes[n + width + 1] - bytes[n + width]) * (u - i);
  return (above + (below - above) * (v - j) - 128) / 32;
};

// Four numbers to a pixel: x and y of the normal of what swells (a dome, a cast relief), waves of flat faces, the shadow.
export const soft = (pin, px, { cast, domed }) => {
  const out = new Float32Array(4 * px * px);
  if (cast || domed) normals((cast ? swelling : dome)(pin, px), px, pin.picture, out);
  const dark = shadow(pin, px);
  const pitch = pin.picture / px;
  for (let n = 0; n < px * px; n += 1) {
    out[4 * n + 2] = noise(pin.wave, ((n % px) + 0.5 - px / 2) * pitch, (Math.floor(n / px) + 0.5 - px / 2) * pitch);
    out[4 * n + 3] = dark[n];
  }
  return out;
};

// Two numbers to a pixel: the light 0..1 around areas that glow, and the flow of mica.
export const mood = (pin, px, glowing) => {
  const out = new Float32Array(2 * px * px);
  const pitch = pin.picture / px;
  const lit = new Float32Array(px * px);
  const inside = glowing.size ? distances(pin.enamel, px, pin.picture, pitch) : lit;
  const { owner } = pin;
  for (let n = 0; n < px * px; n += 1) {
    const right = ((n % px) + 0.5 - px / 2) * pitch;
    const down = (Math.floor(n / px) + 0.5 - px / 2) * pitch;
    if (inside[n] > 0 && glowing.has(labelAt(owner, right, down))) lit[n] = 1;
    out[2 * n + 1] = noise(pin.flow, right, down);
  }
  if (glowing.size) blur(lit, px, 0.8 / pitch);
  for (let n = 0; n < px * px; n += 1) out[2 * n] = lit[n];
  return out;
};

export const labelAt = ({ bytes, width, height, x, y, pitch }, right, down) => {
  const column = Math.round((right - x) / pitch);
  const row = Math.round((down - y) / pitch);
  return column >= 0 && row >= 0 && column < width && row < height ? bytes[row * width + column] : 0;
};

// Light and satin light of metal by its normal, two bytes to a pixel.
export const room = ({ room: mirrored, satin }) => {
  const side = mirrored.width;
  const grid = { ...satin, x: 0, y: 0, pitch: side / satin.width };
  const out = new Uint8Array(2 * side * side);
  for (let n = 0; n < side * side; n += 1) {
    out[2 * n] = mirrored.bytes[n];
    const shift = 0.5 - grid.pitch / 2;
    out[2 * n + 1] = Math.round(noise(grid, (n % side) + shift, Math.floor(n / side) + shift) * 32 + 128);
  }
  return out;
};
