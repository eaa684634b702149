"""Laws every product obeys: CF, plain xarray, measured values, same arguments same bytes."""

import subprocess
import sys
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr

from halocline.model.digest import sha256_of
from halocline.model.errors import ContractBroken
from halocline.products import argo_profiles, coasthf_series
from tests.samples.cf import cf_report
from tests.samples.products import small_float, small_station

ROOT = Path(__file__).resolve().parents[2]
ENCODERS = {
    "argo": (argo_profiles.encode, small_float),
    "coasthf": (coasthf_series.encode, small_station),
}


@pytest.fixture(scope="module", params=sorted(ENCODERS))
def network(request):
    return request.param


@pytest.fixture(scope="module")
def product(network, tmp_path_factory):
    """One product as a file, and the arguments it was made from."""
    encode, sample = ENCODERS[network]
    arguments = sample().arguments()
    path = tmp_path_factory.mktemp(network) / "product.nc"
    path.write_bytes(encode(**arguments))
    return path, arguments


@pytest.fixture(scope="module")
def dataset(product):
    with xr.open_dataset(product[0]) as opened:
        yield opened.load()


def received(network, arguments):
    """(name, value) of every parameter as it came in."""
    held = arguments["profiles" if network == "argo" else "series"]
    return [(name, one.value) for name, one in held.variables.items()]


def rows_received(network, dataset):
    return slice(None) if network == "argo" else dataset.TIME_ORIGIN.values == 0


def estimated(dataset):
    return sorted(name.removesuffix("_SD") for name in dataset if name.endswith("_SD"))


def test_the_cf_checker_finds_no_fault(product):
    assert "All tests passed!" in cf_report(Path(product[0]))


def test_measured_values_come_back_bit_for_bit(network, product, dataset):
    _, arguments = product
    for name, value in received(network, arguments):
        found = dataset[name].values[rows_received(network, dataset)]
        if network == "coasthf":
            sent = value[arguments["series"].time >= np.datetime64("2024-01-01")]
        else:
            sent = value
        assert found.dtype == sent.dtype
        present = np.isfinite(sent)
        assert found[present].tobytes() == sent[present].tobytes()
        assert np.isnan(found[~present]).all()


def test_a_filled_value_called_measured_is_the_measured_one(dataset):
    for name in estimated(dataset):
        measured = dataset[f"{name}_ORIGIN"].values == 0
        assert measured.any()
        kept = dataset[f"{name}_FILLED"].values[measured]
        assert kept.tobytes() == dataset[name].values[measured].tobytes()


def test_no_estimate_stands_without_its_interval_and_no_measurement_with_one(dataset):
    for name in estimated(dataset):
        origin = dataset[f"{name}_ORIGIN"].values
        guessed = np.isin(origin, [2, 3])
        assert guessed.any()
        lower, value, upper, sd = (
            dataset[f"{name}_{part}"].values for part in ("LOWER", "FILLED", "UPPER", "SD")
        )
        assert (lower[guessed] <= value[guessed]).all()
        assert (value[guessed] <= upper[guessed]).all()
        assert (sd[guessed] > 0).all()
        assert np.isnan(sd[origin == 0]).all()
        assert np.isnan(value[origin == 9]).all()


def test_flags_and_masks_stay_integers_in_plain_xarray(dataset):
    for name in dataset:
        if "_QC_TESTS_" in name:
            assert dataset[name].dtype == np.uint64
        elif "_QC" in name or name.endswith("_ORIGIN"):
            assert dataset[name].dtype == np.int8


def test_bit_63_survives_plain_xarray():
    dataset = xr.open_dataset(argo_profiles.encode(**small_float().arguments()))
    assert (dataset.TEMP_QC_TESTS_FAILED.values >> np.uint64(63)).any()


def test_every_variable_link_leads_somewhere(product):
    with netCDF4.Dataset(product[0]) as opened:
        for variable in opened.variables.values():
            for attribute in ("ancillary_variables", "coordinates"):
                for name in getattr(variable, attribute, "").split():
                    assert name in opened.variables, f"{variable.name}:{attribute}"


def test_the_provenance_is_in_the_file(product, dataset):
    provenance = product[1]["provenance"]
    assert dataset.attrs["processing_recipe"] == provenance.recipe
    assert dataset.attrs["processing_seed"] == provenance.seed
    assert dataset.attrs["processing_input_count"] == len(provenance.inputs)
    assert dataset.attrs["date_created"] == provenance.reference_time
    assert dataset.attrs["id"] == provenance.identity


def test_the_same_arguments_give_the_same_bytes_in_another_process(network, product):
    module = "argo_profiles" if network == "argo" else "coasthf_series"
    sample = "small_float" if network == "argo" else "small_station"
    script = (
        f"from halocline.products import {module}\n"
        f"from tests.samples.products import {sample}\n"
        "from halocline.model.digest import sha256_of\n"
        f"print(sha256_of({module}.encode(**{sample}().arguments())))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == sha256_of(product[0].read_bytes())


def test_another_seed_of_the_recipe_gives_other_bytes(network):
    encode, sample = ENCODERS[network]
    arguments = sample().arguments()
    changed = {
        **arguments,
        "provenance": type(arguments["provenance"])(**{**vars(arguments["provenance"]), "seed": 8}),
    }
    assert encode(**arguments) != encode(**changed)


def test_no_product_is_made_of_nothing(network):
    encode, sample = ENCODERS[network]
    arguments = sample().arguments()
    if network == "argo":
        empty = type(arguments["profiles"])(**{**vars(arguments["profiles"]), "variables": {}})
        arguments["profiles"] = empty
    else:
        provenance = arguments["provenance"]
        arguments["provenance"] = type(provenance)(**{**vars(provenance), "year": 1999})
    with pytest.raises(ContractBroken, match="empty dimension"):
        encode(**arguments)
