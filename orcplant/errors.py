"""Every error orcplant raises on purpose.

OrcplantError                 exit code 1: anything else
├── InputError                exit code 2: a file, key or value the user can mend
│   ├── ConfigError               a config file: unknown key, missing key, type, range, order
│   └── PropertyError             a state outside its equation of state or property table
├── InfeasibleDesignError     exit code 3: the input is well formed, but no physical answer exists
└── ChemistryError            exit code 1: no speciation (PHREEQC missing, other data, no convergence)
    └── SampleError               exit code 2: an analysed water that contradicts itself

The rooms have their own below the root, exit code 1, where nobody else can mend or catch them: in `control`,
LinkError and its kin (link.py), EncodeError, StoreError, StateError, AccessError, WorkerError.

Expected outcomes are values (a status code in a result), broken promises are exceptions. The text
of an error is one line: where, value, limit.
"""


class OrcplantError(Exception):
    """Root of the tree. `exit_code` is what the command line returns."""

    exit_code = 1


class InputError(OrcplantError):
    """Input that can be seen to be wrong without solving a balance."""

    exit_code = 2


class ConfigError(InputError):
    """A config file that cannot be used: names file, key, value and limit."""


class PropertyError(InputError):
    """A fluid state that its equation of state or table does not cover."""


class InfeasibleDesignError(OrcplantError):
    """A well-formed question without a physical answer: names the bound and its value."""

    exit_code = 3


class ChemistryError(OrcplantError):
    """No speciation: PHREEQC is missing, has other data than expected, or found no answer."""


class SampleError(ChemistryError):
    """An analysed water without a speciation of its own: its values contradict each other."""

    exit_code = 2
