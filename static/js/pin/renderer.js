// Draws a bundle on a canvas with WebGL2: one triangle, one pass. It draws when it is told to and never by itself.

import * as fields from "./fields.js";
import { FRAGMENT, VERTEX } from "./shader.js";

const FIELD_PX = 1024;
const SOFT_PX = 256;
const MOST_MM = 0.6; // how far edges are seen, but for a cast relief
const CAST_MM = 1;
const EYE = 9; // the eye's distance in radii
const UNITS = ["uFields", "uOwner", "uRoom", "uSoft", "uMood"];
const PROCESSES = {
  soft_enamel: [0, "raised"],
  soft_enamel_epoxy: [0, "raised"],
  hard_enamel: [1, "flush"],
  screen_print: [2, "printed"],
  offset_print: [2, "printed"],
  uv_print: [2, "printed"],
  die_struck: [3, "raised"],
  cast_3d: [4, "raised"],
};
const DEPTHS = [0.3, 0, 0, 0.4, 0];
const EFFECTS = { glitter: 1, pearl: 2, glow: 3, translucent: 4, gemstone: 5 };
const MILK = [230, 247, 214];

export const isDomed = ({ process, epoxy }) => epoxy || process === "soft_enamel_epoxy";

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

const compiled = (gl) => {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  return program;
};

export class Renderer {
  // `look` is what Pin.set knows: process, plating, epoxy, colours and effects by label. Raises an Error without WebGL2.
  constructor(canvas, bundle, look, studio) {
    this.gl = canvas.getContext("webgl2", { alpha: true, antialias: false, depth: false, powerPreference: "low-power" });
    if (!this.gl) throw new Error("this browser has no WebGL2");
    this.canvas = canvas;
    this.bundle = bundle;
    this.studio = studio;
    this.draws = 0;
    this.start(look);
  }

  // Also after the context was lost: everything is made anew.
  start(look) {
    const { gl, bundle } = this;
    this.made = {};
    this.program = compiled(gl);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS)) {
      if (gl.isContextLost()) return;
      throw new Error(`the pin's shader does not compile: ${gl.getProgramInfoLog(this.program)}`);
    }
    gl.useProgram(this.program);
    this.places = new Map();
    for (let n = 0; n < gl.getProgramParameter(this.program, gl.ACTIVE_UNIFORMS); n += 1) {
      const { name } = gl.getActiveUniform(this.program, n);
      this.places.set(name.replace("[0]", ""), gl.getUniformLocation(this.program, name));
    }
    UNITS.forEach((name, unit) => gl.uniform1i(this.at(name), unit));
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    const side = bundle.room.width;
    this.texture("uRoom", [gl.RG8, side, side, gl.RG, gl.UNSIGNED_BYTE], fields.room(bundle), gl.LINEAR);
    const { owner, width_mm: width, height_mm: height } = bundle;
    if (bundle.print) {
      const { print } = bundle;
      this.texture("uOwner", [gl.RGBA8, print.width, print.height, gl.RGBA, gl.UNSIGNED_BYTE], print, gl.LINEAR);
      gl.uniform4f(this.at("uOwnerBox"), -width / 2, -height / 2, width, height);
    } else {
      const half = owner.pitch / 2;
      this.texture("uOwner", [gl.R8, owner.width, owner.height, gl.RED, gl.UNSIGNED_BYTE], owner.bytes, gl.NEAREST);
      gl.uniform4f(this.at("uOwnerBox"), owner.x - half, owner.y - half, owner.width * owner.pitch, owner.height * owner.pitch);
    }
    gl.uniform1i(this.at("uPicture"), bundle.print ? 1 : 0);
    gl.uniform1f(this.at("uStudio"), this.studio ? 1 : 0);
    const stones = bundle.stones.slice(0, 24);
    gl.uniform1i(this.at("uStoneCount"), stones.length);
    if (stones.length) gl.uniform4fv(this.at("uStones"), stones.flatMap(({ x, y, radius, label }) => [x, y, radius, label]));
    this.show(look);
  }

  at(name) {
    return this.places.get(name) ?? null;
  }

  texture(name, [internal, width, height, format, type], source, filter) {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + UNITS.indexOf(name));
    gl.deleteTexture(this.made[name]?.texture ?? null);
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, internal, width, height, 0, format, type, source);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    for (const size of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, size, filter);
    this.made[name] = { texture };
  }

  // Makes a texture anew only where what it shows has changed.
  kept(name, key, make) {
    if (this.made[name]?.key === key) return;
    make();
    this.made[name].key = key;
  }

  show(look) {
    const { gl, bundle } = this;
    if (gl.isContextLost()) return;
    const [process, bevel] = PROCESSES[look.process] ?? PROCESSES.soft_enamel;
    const cast = look.process === "cast_3d";
    const { picture } = bundle;
    this.kept("uFields", cast, () => {
      const most = cast ? CAST_MM : MOST_MM;
      const outline = fields.distances(bundle.outline, FIELD_PX, picture, most);
      const enamel = fields.distances(bundle.enamel, FIELD_PX, picture, most);
      const both = new Float32Array(2 * outline.length);
      for (let n = 0; n < outline.length; n += 1) {
        both[2 * n] = outline[n];
        both[2 * n + 1] = enamel[n];
      }
      this.texture("uFields", [gl.RG16F, FIELD_PX, FIELD_PX, gl.RG, gl.FLOAT], both, gl.LINEAR);
    });
    this.kept("uSoft", `${cast} ${isDomed(look)}`, () => {
      const soft = fields.soft(bundle, SOFT_PX, { cast, domed: isDomed(look) });
      this.texture("uSoft", [gl.RGBA16F, SOFT_PX, SOFT_PX, gl.RGBA, gl.FLOAT], soft, gl.LINEAR);
    });
    const palette = new Float32Array(4 * 64);
    const glowing = new Set();
    for (const { label, fill, effect } of bundle.palette) {
      const kind = look.effects[label] ?? effect;
      let colour = rgb(look.colours[label] ?? fill);
      if (kind === "glow") {
        colour = colour.map((part, n) => part * 0.72 + MILK[n] * 0.28);
        glowing.add(label);
      }
      palette.set([...colour.map((part) => part / 255), EFFECTS[kind] ?? 0], 4 * label);
    }
    this.kept("uMood", [...glowing].join(" "), () => {
      this.texture("uMood", [gl.RG16F, SOFT_PX, SOFT_PX, gl.RG, gl.FLOAT], fields.mood(bundle, SOFT_PX, glowing), gl.LINEAR);
    });
    gl.uniform4fv(this.at("uPalette"), palette);
    const coats = bundle.platings[look.plating] ?? bundle.platings.gold;
    const [first, second = first] = coats;
    gl.uniform3fv(this.at("uTones"), [...first.tones, ...second.tones].flat().map((part) => part / 255));
    const told = ({ polish, patina, rainbow }) => [polish, patina, Number(rainbow), coats.length - 1];
    gl.uniform4fv(this.at("uCoats"), [...told(first), ...told(second)]);
    gl.uniform4fv(this.at("uBevel"), bundle.bevels[bevel]);
    gl.uniform1i(this.at("uProcess"), process);
    gl.uniform1f(this.at("uDome"), isDomed(look) ? 1 : 0);
    gl.uniform3f(this.at("uSize"), bundle.radius, bundle.thickness_mm, DEPTHS[process]);
  }

  // The pin leaning by x and y of its normal; `dark` 0..1 puts out the lamps.
  draw(x, y, dark) {
    const { gl, canvas, bundle } = this;
    if (gl.isContextLost()) return;
    const z = Math.sqrt(Math.max(0.1, 1 - x * x - y * y));
    const k = 1 / (1 + z);
    const eye = EYE * bundle.radius;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.uniformMatrix3fv(this.at("uTurn"), false, [1 - x * x * k, -x * y * k, -x, -x * y * k, 1 - y * y * k, -y, x, y, z]);
    gl.uniform3f(this.at("uEye"), -x * eye, -y * eye, z * eye);
    gl.uniform2f(this.at("uSlip"), x / z, y / z);
    gl.uniform3f(this.at("uView"), bundle.picture, bundle.picture / canvas.width, eye);
    gl.uniform1f(this.at("uDark"), dark);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    this.draws += 1;
  }
}
