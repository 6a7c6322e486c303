import json

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from pinshop.core import storage

SCRIPT = b"""// What it does.
import { pi } from "./other.js";

const area = (r) => {
  // Of a disc.
  const url = "https://example.org/"; // stays
  return pi * r * r;
};
"""


def test_slim_script_does_the_same():
    assert storage.slim(SCRIPT) == (
        b'import { pi } from "./other.js";\n\nconst area = (r) => {\n'
        b'const url = "https://example.org/"; // stays\nreturn pi * r * r;\n};\n'
    )


def test_collected_scripts_are_slim_and_import_each_other_by_their_lasting_names(settings, tmp_path):
    source = tmp_path / "source"
    for folder in ("vendor", "js"):
        (source / folder).mkdir(parents=True)
    (source / "js" / "area.js").write_bytes(SCRIPT)
    (source / "js" / "other.js").write_bytes(b"// The ratio.\nexport const pi = 3.14159;\n")
    theirs = b'// Licence\nimport x from "nowhere";\nlet x;\n'
    (source / "vendor" / "theirs.js").write_bytes(theirs)
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "pinshop.core.storage.SlimStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    named = json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())["paths"]
    area = (settings.STATIC_ROOT / named["js/area.js"]).read_text()
    assert f'from "./{named["js/other.js"].removeprefix("js/")}"' in area
    assert "What it does" not in area
    assert (settings.STATIC_ROOT / named["vendor/theirs.js"]).read_bytes() == theirs
    assert staticfiles_storage.url("js/area.js") == f"/static/{named['js/area.js']}"


def test_all_static_files_of_production_can_be_collected(settings, tmp_path, monkeypatch):
    """Without squeezing them, which takes a minute and cannot fail."""
    monkeypatch.setattr(storage.SlimStaticFilesStorage, "post_process_with_compression", lambda _self, files: files)
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "pinshop.core.storage.SlimStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    named = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert {"css/main.css", "js/pin/element.js", "django_htmx/django-htmx.js"} <= set(named)
