"""What several folders of tests share: the models, loaded once, and one small run of all stages."""

from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline import cli
from pipeline.params import Evaluation, Params
from pipeline.segmentation.pkuseg import segmenter

STAGES = [stage for stage in cli.STAGES if stage != "evaluation"]
CLEAN = (
    "云岭县春季植树活动全面展开\n本报记者 林晓岚\n2021-03-12\n"
    "昨日，云岭县春季植树活动在北山举行，二百余名干部群众参加。县政府办公室主任高远说：“要种一棵，活一棵。”\n"
    "《人民日报》《光明日报》的记者来到北京市海淀区采访。\n"
)
POLLUTED = (
    "推動(dòng)高質(zhì)量發(fā)展(zhǎn)取得(dé)新成效\n"
    "5年來,，全縣堅持穩(wěn)中求進(jìn),，糧食產(chǎn)量明顯(xiǎn)提高,。各鄉(xiāng)鎮(zhèn)新建衛(wèi)生室十四個(gè),，改造危房二百餘戶,。\n"
    "北京市教育(yù)局組織(zhī)學(xué)習(xí)，群眾(zhòng)滿意度(dù)明顯(xiǎn)提高,。\n"
)
FILES = {"clean.txt": CLEAN.encode(), "polluted.txt": POLLUTED.encode(), "bad.txt": b"\xff\xd8\xff\xe0" + bytes(200)}

# the same examples on every run: CI must not fail by chance
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def pkuseg():
    """The segmenter without user words (6 s to load)."""
    return segmenter(())


def run_all(root: Path, files: dict[str, bytes], params: Params | None = None) -> Path:
    """Run every stage but evaluation on ``files`` (name to bytes, written in this order); gives ``data/processed``."""
    raw = root / "data" / "raw"
    raw.mkdir(parents=True)
    for name, data in files.items():
        (raw / name).write_bytes(data)
    for stage in STAGES:
        import_module(f"pipeline.{stage}.stage").run(params or Params(evaluation=Evaluation(bootstrap=20)), root)
    return root / "data" / "processed"


@pytest.fixture(scope="session")
def processed(tmp_path_factory):
    """``data/processed`` of a run on a clean text, a polluted one and a file that is not text."""
    return run_all(tmp_path_factory.mktemp("run"), FILES)


@pytest.fixture(scope="session")
def runner():
    """``run_all``, for tests that vary the files."""
    return run_all
