"""Documents that people published: all that can be generated are, for every protocol, and import without a warning."""

import subprocess
import sys
from pathlib import Path

import pytest

from asyncgen.protocols import load_protocols, templates_folder
from tests.corpus import IMPORTER, documents, run

FIXTURES = Path(__file__).parents[1] / "fixtures"
REAL = FIXTURES / "real"

# A part of the message of every error, for each document that cannot be generated.
REFUSED = {
    "DiamondLightSource__blueapi/docs/reference/asyncapi.yaml": "is a URL",
    "PEI-HAZARDS__IntelligentLogistics/broker/asyncapi.yaml": "belongs to AsyncAPI 2.x",
    "funny-bunny-corp__payment-service/src/main/resources/asyncapi/asyncapi.yaml": "is a URL",
}


@pytest.mark.slow
@pytest.mark.xdist_group("generated")
def test_real_documents_generate_and_import(tmp_path: Path) -> None:
    protocols = list(load_protocols(templates_folder()))
    outcomes = {
        path.relative_to(REAL).as_posix(): run(path, version, repository, tmp_path / f"package_{number}", protocols)
        for number, (path, version, repository) in enumerate(documents(REAL))
    }
    assert len(outcomes) >= 60
    assert {name for name, outcome in outcomes.items() if not outcome.generated} == set(REFUSED)
    for name, message in REFUSED.items():
        assert outcomes[name].errors
        assert all(message in error.message for error in outcomes[name].errors)
    done = subprocess.run(
        [sys.executable, "-c", IMPORTER, str(tmp_path)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == ""


def test_every_real_document_has_a_source_and_a_licence() -> None:
    rows = [line.split("\t") for line in (REAL / "SOURCES.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    folders = {repository.replace("/", "__") for _, repository, *_ in rows}
    assert folders == {path.name for path in REAL.iterdir() if path.is_dir()}
    assert {licence for *_, licence in rows} <= {"MIT", "Apache-2.0", "ISC", "BSD-3-Clause"}
    assert all(list((REAL / folder).glob("LICENSE*")) for folder in folders)
