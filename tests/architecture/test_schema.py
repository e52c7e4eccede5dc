"""Everything belongs to a company."""

from envoy_console.models import Base

# Tables without a company of their own, each with the reason.
SHARED = {
    "companies": "is the company",
    "account_sessions": "hangs on an account, which has a company",
    "throttles": "counts attempts of people we do not know yet",
    "heartbeats": "tells of processes that serve all companies",
}


def test_every_row_belongs_to_a_company():
    without = {
        name
        for name, table in Base.metadata.tables.items()
        if "company_id" not in table.columns
    }

    assert without == set(SHARED)


def test_what_belongs_to_a_company_goes_with_it():
    kept = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "companies" and key.ondelete != "CASCADE"
    }

    assert kept == set()
