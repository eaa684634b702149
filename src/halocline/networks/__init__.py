"""What to pull and how to make it: the model of `deployments/networks/*.yaml`."""

from halocline.networks.argo import ArgoNetwork
from halocline.networks.coasthf import CoasthfNetwork, InsituTac, Outside
from halocline.networks.fields import Box, Filling
from halocline.networks.files import Network, dump_network, find_network, load_network

__all__ = [
    "ArgoNetwork",
    "Box",
    "CoasthfNetwork",
    "Filling",
    "InsituTac",
    "Network",
    "Outside",
    "dump_network",
    "find_network",
    "load_network",
]
