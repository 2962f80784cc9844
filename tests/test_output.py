"""Writing: all of a package or nothing, and nobody else's work."""

import json
from pathlib import Path

import pytest

from asyncgen import output
from asyncgen.output import MANIFEST, Manifest, compare, digest, is_intact, read_manifest, recover, write
from asyncgen.render import GeneratedFile


def manifest(*files: GeneratedFile) -> Manifest:
    return Manifest(
        generator="0.1.0",
        spec={"path": "../spec.yaml"},
        options={"role": "application"},
        requirements=("pydantic>=2",),
        models={},
        files={file.path: digest(file.text.encode()) for file in files},
    )


def put(folder: Path, *files: GeneratedFile) -> output.Report:
    changes = compare(folder, files, manifest(*files))
    assert changes.conflicts == ()
    return write(folder, changes)


ONE = GeneratedFile("one.py", "one = 1\n")
TWO = GeneratedFile("kafka/two.py", "two = 2\n")


def test_a_new_package_is_written_whole(tmp_path: Path) -> None:
    report = put(tmp_path / "package", ONE, TWO)
    assert report == output.Report(written=("one.py", "kafka/two.py"))
    assert (tmp_path / "package" / "kafka" / "two.py").read_text() == "two = 2\n"
    assert read_manifest(tmp_path / "package") == manifest(ONE, TWO)
    assert is_intact(tmp_path / "package", manifest(ONE, TWO))


def test_the_folder_may_be_named_by_a_way_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path / "docs")
    put(Path("../package"), ONE, TWO)
    put(Path("../package"), ONE)
    assert sorted(path.name for path in (tmp_path / "package").iterdir()) == [MANIFEST, "one.py"]


def test_the_folder_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "package").symlink_to(tmp_path / "elsewhere")
    put(tmp_path / "package", ONE, TWO)
    assert read_manifest(tmp_path / "elsewhere") == manifest(ONE, TWO)


def test_a_file_whose_bytes_would_not_change_is_not_touched(tmp_path: Path) -> None:
    put(tmp_path, ONE, TWO)
    before = (tmp_path / "one.py").stat()
    report = put(tmp_path, ONE, GeneratedFile("kafka/two.py", "two = 3\n"))
    after = (tmp_path / "one.py").stat()
    assert report == output.Report(written=("kafka/two.py",), unchanged=("one.py",))
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_file_that_is_no_longer_made_is_removed_with_its_folder(tmp_path: Path) -> None:
    put(tmp_path, ONE, TWO)
    assert put(tmp_path, ONE).removed == ("kafka/two.py",)
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, "one.py"]


def test_a_file_that_somebody_edited_is_a_conflict(tmp_path: Path) -> None:
    put(tmp_path, ONE)
    (tmp_path / "one.py").write_text("mine = 1\n")
    changes = compare(tmp_path, [GeneratedFile("one.py", "one = 2\n")], manifest(ONE))
    assert [found.message for found in changes.conflicts] == [
        "one.py was edited since it was generated; nothing was written"
    ]


def test_an_edited_file_that_is_no_longer_made_is_a_conflict(tmp_path: Path) -> None:
    put(tmp_path, ONE, TWO)
    (tmp_path / "kafka" / "two.py").write_text("mine = 1\n")
    changes = compare(tmp_path, [ONE], manifest(ONE))
    assert [found.code for found in changes.conflicts] == ["AG701"]


def test_a_file_that_asyncgen_did_not_make_is_a_conflict(tmp_path: Path) -> None:
    put(tmp_path, ONE)
    (tmp_path / "two.py").write_text("mine = 1\n")
    changes = compare(tmp_path, [ONE, GeneratedFile("two.py", "")], manifest(ONE))
    assert [found.message for found in changes.conflicts] == ["two.py was not made by asyncgen; nothing was written"]


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine\n")
    changes = compare(tmp_path, [ONE], manifest(ONE))
    assert [found.code for found in changes.conflicts] == ["AG701"]


def test_files_that_users_add_beside_the_generated_ones_stay(tmp_path: Path) -> None:
    put(tmp_path, ONE, TWO)
    (tmp_path / "kafka" / "mine.py").write_text("mine = 1\n")
    put(tmp_path, ONE)
    assert (tmp_path / "kafka" / "mine.py").read_text() == "mine = 1\n"


def test_a_failing_run_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, ONE)
    durably = output._write_durably

    def full_disk(path: Path, content: bytes) -> None:
        if path.name.startswith("two"):
            raise OSError(28, "No space left on device")
        durably(path, content)

    monkeypatch.setattr(output, "_write_durably", full_disk)
    changed = GeneratedFile("one.py", "one = 2\n")
    with pytest.raises(OSError, match="No space"):
        write(tmp_path, compare(tmp_path, [changed, TWO], manifest(changed, TWO)))
    assert (tmp_path / "one.py").read_text() == "one = 1\n"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [MANIFEST, "one.py"]


def test_an_interrupted_run_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, ONE, TWO)
    changed = GeneratedFile("one.py", "one = 2\n")
    with monkeypatch.context() as patched:
        patched.setattr(output, "_finish", lambda *_: None)  # killed once the journal is there
        write(tmp_path, compare(tmp_path, [changed], manifest(changed)))
    assert (tmp_path / "one.py").read_text() == "one = 1\n"
    recover(tmp_path)
    assert (tmp_path / "one.py").read_text() == "one = 2\n"
    assert read_manifest(tmp_path) == manifest(changed)
    assert is_intact(tmp_path, manifest(changed))
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, "one.py"]


def test_a_manifest_that_names_files_elsewhere_removes_nothing_there(tmp_path: Path) -> None:
    package = tmp_path / "package"
    put(package, ONE)
    outside = tmp_path / "outside.txt"
    outside.write_text("mine\n")
    content = json.loads((package / MANIFEST).read_text())
    content["files"]["../outside.txt"] = digest(b"mine\n")
    (package / MANIFEST).write_text(json.dumps(content))
    put(package, ONE)
    assert outside.read_text() == "mine\n"
