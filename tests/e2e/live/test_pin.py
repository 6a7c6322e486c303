"""What a live pin does: it turns, rests, is recoloured and picked from, and leaves the picture where it cannot be drawn."""

import gzip
import re

import numpy as np
import pytest

from pinshop.core import storage
from tests.e2e.live import stage as stages
from tests.e2e.live.conftest import art

MODULES = sorted((stages.ROOT / "static/js/pin").glob("*.js"))
FUNCTION = re.compile(r"^(?:void|float|vec[234]|uint) (\w+)\(", re.MULTILINE)
REST_MS = 2000


def reads(source: str) -> int:
    """How many texture reads the shader's main function makes at most; functions that read are counted per call."""
    starts = [*FUNCTION.finditer(source)]
    bodies = {
        found.group(1): source[found.end() : following.start() if following else len(source)]
        for found, following in zip(starts, [*starts[1:], None], strict=True)
    }

    def count(name: str) -> int:
        body = bodies[name]
        calls = {other: len(re.findall(rf"\b{other}\(", body)) for other in bodies if other != name}
        own = len(re.findall(r"\btexture\w*\(|\btexelFetch\w*\(", body))
        return own + sum(times * count(other) for other, times in calls.items() if times)

    return count("main")


def test_shader_reads_at_most_16_textures_per_pixel_and_none_in_a_loop():
    source = (stages.ROOT / "static/js/pin/shader.js").read_text().partition("FRAGMENT = `")[2]
    assert reads(source) == 16
    for loop in re.findall(r"for \(.*?\n  ( *)\}", source, re.DOTALL):
        assert not re.search(r"texture\(|field\(|room\(", loop)


def test_modules_are_small_as_they_are_served():
    assert sum(len(gzip.compress(storage.slim(module.read_bytes()), 9)) for module in MODULES) < 15_000


def test_pin_draws_while_it_moves_and_not_at_rest(stage):
    stage.mount(art("library-cat"))
    before = stage.page.evaluate("pin.renderer.draws")
    stage.page.evaluate("pin.lean(0.3, -0.1)")
    stage.page.wait_for_function("pin.frame === 0 && pin.now.x > 0.29")
    moved = stage.page.evaluate("pin.renderer.draws")
    assert moved > before
    stage.page.wait_for_timeout(REST_MS)
    assert stage.page.evaluate("pin.renderer.draws") == moved


def test_one_call_draws_a_frame_and_none_comes_by_itself(stage):
    stage.page.evaluate(
        """() => {
          window.calls = 0;
          for (const name of ["drawArrays", "drawElements", "clear"]) {
            const own = WebGL2RenderingContext.prototype[name];
            WebGL2RenderingContext.prototype[name] = function (...all) { window.calls += 1; return own.apply(this, all); };
          }
        }"""
    )
    stage.mount(art("library-cat"))
    stage.page.wait_for_timeout(200)
    before = stage.page.evaluate("[calls, pin.renderer.draws]")
    assert before[0] == before[1]
    stage.page.wait_for_timeout(REST_MS)
    assert stage.page.evaluate("[calls, pin.renderer.draws]") == before


def test_slow_frames_are_drawn_at_half_the_resolution_and_the_last_one_at_full(stage):
    stage.mount(art("library-cat"))
    full = stage.page.evaluate("pin.canvas.width")
    assert full == 2 * stage.px
    sizes = stage.page.evaluate(
        """async () => {
          const sizes = new Set();
          const draw = pin.renderer.draw.bind(pin.renderer);
          // A frame takes 30 ms, however quick the machine is.
          pin.renderer.draw = (...all) => {
            const end = performance.now() + 30;
            while (performance.now() < end);
            sizes.add(pin.canvas.width);
            draw(...all);
          };
          pin.lean(0.4, 0.1);
          await new Promise((done) => { const look = () => (pin.frame ? setTimeout(look, 50) : done()); look(); });
          return [...sizes, pin.canvas.width];
        }"""
    )
    assert full // 2 in sizes
    assert sizes[-1] == full


def test_another_plating_and_colour_need_no_network(stage):
    stage.mount(art("library-cat"))
    asked = list(stage.asked)
    gold = stage.shot()
    stage.page.evaluate("pin.set({ plating: 'silver' })")
    silver = stage.shot()
    stage.page.evaluate("pin.set({ colours: { 2: '#12a4d9' }, epoxy: true, effects: { 3: 'glitter' } })")
    recoloured = stage.shot()
    assert stage.asked == asked
    assert np.abs(gold.astype(int) - silver).max() > 60
    assert np.abs(silver.astype(int) - recoloured).max() > 120


@pytest.mark.parametrize("lean", [(0, 0), (0.3, -0.2)])
def test_what_is_pressed_is_told(stage, lean):
    pin = art("library-cat")
    stage.mount(pin)
    stage.shot(x=lean[0], y=lean[1])
    labels = pin.labels
    checked = 0
    for row, column in ((700, 300), (880, 500), (300, 420), (640, 860), (200, 470)):
        if len(np.unique(labels[row - 6 : row + 7, column - 6 : column + 7])) != 1:
            continue
        x_mm, y_mm = (column + 0.5) / pin.px_per_mm, (row + 0.5) / pin.px_per_mm
        place = stage.page.evaluate("([x, y]) => pin.place(x, y)", [x_mm, y_mm])
        found = stage.page.evaluate("({ x, y }) => pin.pick(x, y)", place)
        label = int(labels[row, column])
        assert (found or {"label": 0})["label"] == label
        if label >= 2:
            assert found["x_mm"] == pytest.approx(x_mm, abs=0.01)
            assert found["entry"]["fill"] == pin.palette[label - 2].fill
        checked += 1
    assert checked >= 4
    assert stage.page.evaluate("pin.pick(5, 5)") is None


def test_context_that_is_lost_comes_back(stage):
    stage.mount(art("library-cat"))
    before = stage.shot()
    stage.page.evaluate(
        """async () => {
          const lose = pin.renderer.gl.getExtension("WEBGL_lose_context");
          const told = (name) => new Promise((done) => pin.addEventListener(name, done, { once: true }));
          const lost = told("lost");
          lose.loseContext();
          await lost;
          const restored = told("restored");
          setTimeout(() => lose.restoreContext(), 50);
          await restored;
        }"""
    )
    assert np.array_equal(stage.shot(), before)


def shown(stage, attributes=""):
    stage.page.evaluate(
        """async (attributes) => {
          await import("/js/pin/element.js");
          document.querySelector("main").innerHTML =
            `<form id="choices"><input type="radio" name="plating" value="silver"><select name="addon"><option value="">
             <option value="epoxy_dome:1"></select></form>
             <live-pin src="/pins/shown" plating="gold" form="choices" data-hint="Arrow keys turn it." ${attributes}>
             <img alt="A cat" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">
             <button data-pin="dark" hidden>Dark</button></live-pin>`;
        }""",
        attributes,
    )


@pytest.fixture
def cat(stage):
    stage.mount(art("library-cat", _2="glow"))
    return stage


def test_element_takes_the_place_of_its_picture_and_follows_its_form(cat):
    shown(cat)
    cat.page.wait_for_selector("live-pin.is-live canvas")
    canvas = cat.page.locator("live-pin canvas")
    assert (canvas.get_attribute("role"), canvas.get_attribute("aria-label")) == ("img", "A cat. Arrow keys turn it.")
    assert not cat.page.locator("live-pin img").is_visible()
    cat.page.locator("input[name=plating]").check()
    cat.page.locator("select[name=addon]").select_option("epoxy_dome:1")
    look = cat.page.evaluate("document.querySelector('live-pin').pin.look")
    assert (look["plating"], look["epoxy"]) == ("silver", True)


def test_element_turns_by_keys_and_shows_the_dark(cat):
    shown(cat)
    cat.page.wait_for_selector("live-pin.is-live canvas")
    cat.page.locator("live-pin canvas").focus()
    cat.page.keyboard.press("ArrowRight")
    cat.page.keyboard.press("ArrowUp")
    wanted = "document.querySelector('live-pin').pin.wanted"
    assert cat.page.evaluate(wanted) == {"x": pytest.approx(0.12), "y": pytest.approx(-0.12), "dark": 0}
    cat.page.keyboard.press("Escape")
    assert cat.page.evaluate(wanted)["x"] == 0
    dark = cat.page.get_by_role("button", name="Dark")
    dark.click()
    assert (dark.get_attribute("aria-pressed"), cat.page.evaluate(wanted)["dark"]) == ("true", 1)


def test_press_tells_which_colour_lies_there(cat):
    shown(cat)
    cat.page.wait_for_selector("live-pin.is-live canvas")
    cat.page.evaluate("addEventListener('pin:pick', (event) => { window.picked = event.detail.found.label; })")
    cat.page.evaluate("document.querySelector('form').remove()")
    cat.page.locator("live-pin canvas").click(position={"x": 80, "y": 88})
    assert cat.page.evaluate("picked") >= 1


def test_reduced_motion_is_honoured(painter):
    with stages.Stage.opened(painter, 160, reduced_motion="reduce") as stage:
        stage.mount(art("library-cat"))
        shown(stage)
        stage.page.wait_for_selector("live-pin.is-live canvas")
        stage.page.mouse.move(140, 120)
        pin = "document.querySelector('live-pin').pin"
        assert stage.page.evaluate(f"[{pin}.now.x, {pin}.frame]") == [0, 0]
        draws = stage.page.evaluate(f"{pin}.renderer.draws")
        stage.page.evaluate(f"{pin}.lean(0.3, 0)")
        assert stage.page.evaluate(f"[{pin}.now.x, {pin}.frame, {pin}.renderer.draws]") == [0.3, 0, draws + 1]


def test_picture_stays_without_webgl(cat):
    cat.page.evaluate("HTMLCanvasElement.prototype.getContext = () => null")
    cat.page.evaluate("addEventListener('pin:failed', (event) => { window.failed = event.detail.error.message; })")
    shown(cat)
    cat.page.wait_for_function("window.failed")
    assert cat.page.evaluate("failed") == "this browser has no WebGL2"
    assert cat.page.locator("live-pin img").is_visible()
    assert cat.page.locator("live-pin canvas").count() == 0
