"""The targets of `make fuzz` on their seeds, without the fuzzer, so that none rots."""

import random

import pytest

from tests.fuzzing.mutants import MUTANTS
from tests.fuzzing.targets import TARGETS

BENT = 20


def complains(target, data):
    try:
        target.check(data)
    except Exception:
        return True
    return False


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_is_read_or_refused_as_documented(name):
    for seed in TARGETS[name].seeds:
        TARGETS[name].check(seed)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize("name", [n for n, each in TARGETS.items() if each.bend])
def test_so_is_what_a_seed_is_bent_to(name):
    dice = random.Random(name)
    for seed in TARGETS[name].seeds:
        for _ in range(BENT):
            TARGETS[name].check(TARGETS[name].bend(seed, dice))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_target_notices_its_planted_fault(name, monkeypatch):
    mutant = MUTANTS[name]
    target = TARGETS[mutant.target]
    before = complains(target, mutant.shown_by)

    mutant.plant(monkeypatch.setattr)

    assert not before
    assert complains(target, mutant.shown_by)


def test_every_target_has_a_planted_fault():
    assert {mutant.target for mutant in MUTANTS.values()} == {*TARGETS}
