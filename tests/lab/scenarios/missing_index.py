"""A release drops the index that the look-up of a customer's orders needs."""

from .scenario import Scenario

_INDEX = "orders_customer_id_idx"


class MissingIndex(Scenario):
    name = "missing-index"
    title = "a release drops the index a frequent statement needs"
    alert = "OrdersStatementsSlow"
    cause_class = "missing_index"

    def inject(self, lab):
        connection = lab.postgresql.connect("deployer", "release")
        connection.cursor().execute(f"DROP INDEX {_INDEX}")
        connection.close()
        self.truth = {"index": _INDEX}

    def evidence_problems(self, cited, report):
        found = super().evidence_problems(cited, report)
        changes = [e for e in cited if e["content"].get("kind") == "change"]
        if not any(_INDEX in str(change["content"]) for change in changes):
            found.append("the dropped index is not among the cited changes")
        return found

    def undo(self, lab):
        connection = lab.postgresql.connect("deployer", "release")
        connection.cursor().execute(f"CREATE INDEX {_INDEX} ON orders (customer_id)")
        connection.close()
