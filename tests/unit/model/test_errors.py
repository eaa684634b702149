"""Errors: they survive the trip from a worker; an estimate without uncertainty is refused."""

import pickle

import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData, ConfigInvalid, ContractBroken
from halocline.model.estimates import Filled, Origin
from halocline.model.quarantine import Reason
from halocline.model.registry import Registry


def test_bad_upstream_data_keeps_its_reason_when_pickled() -> None:
    fault = pickle.loads(pickle.dumps(BadUpstreamData(Reason.EMPTY, "x.nc: 0 bytes")))
    assert fault.reason is Reason.EMPTY
    assert str(fault) == "empty: x.nc: 0 bytes"


def test_an_estimate_without_uncertainty_is_refused() -> None:
    one = np.array([1.0])
    with pytest.raises(ContractBroken, match="1 estimated values carry no uncertainty"):
        Filled(value=one, origin=np.array([Origin.MODELLED], np.uint8), sd=one * np.nan,
               lower=one, upper=one)  # fmt: skip


def test_a_registry_refuses_a_second_entry_and_lists_what_it_knows() -> None:
    registry: Registry[int] = Registry("fill method")
    registry.add("linear", 1)
    with pytest.raises(ContractBroken, match="registered twice"):
        registry.add("linear", 2)
    with pytest.raises(ConfigInvalid, match="known: linear"):
        registry["lineer"]
