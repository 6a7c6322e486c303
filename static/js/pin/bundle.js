// The live bundle of a pin, as designs/rendering/live.py writes it: fetched, unpacked, checked.

const inflated = async (bytes) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

// Planes are written as steps from left + above - left above.
const plane = (part, bytes) => {
  const { width, height } = part;
  for (let y = 0, n = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, n += 1) {
      if (x) bytes[n] += bytes[n - 1];
      if (y) bytes[n] += bytes[n - width];
      if (x && y) bytes[n] -= bytes[n - width - 1];
    }
  }
  return { ...part, bytes };
};

// Closed polygons in mm from the pin's middle: one array x, y, x, y, … per loop.
const polygons = ({ loops, unit, size }, bytes) => {
  const steps = new Int8Array(bytes.buffer, bytes.byteOffset, size);
  const half = size / 2;
  let first = 0;
  return loops.map(([count, startX, startY]) => {
    const points = new Float32Array(2 * count);
    let [x, y] = [startX, startY];
    for (let n = 0; n < count; n += 1) {
      x += steps[first + n];
      y += steps[half + first + n];
      points[2 * n] = x * unit;
      points[2 * n + 1] = y * unit;
    }
    first += count;
    return points;
  });
};

export const load = async (url) => {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`the pin did not come: ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== "PIN2") throw new Error("these bytes are not a live bundle");
  const body = await inflated(bytes.subarray(4));
  const length = new DataView(body.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length)));
  const parts = {};
  for (const [name, part] of Object.entries(head.parts)) {
    const at = 4 + length + part.at;
    const own = body.slice(at, at + part.size);
    if (part.loops) parts[name] = polygons(part, own);
    else if (part.width) parts[name] = plane(part, own);
    else parts[name] = await createImageBitmap(new Blob([own], { type: "image/webp" }), { colorSpaceConversion: "none" });
  }
  const radius = Math.max(head.width_mm, head.height_mm) / 2;
  return { ...head, ...parts, radius, picture: (2 * radius) / head.fill };
};
