"""The healthy control: somebody adds a rule whose threshold is below a quiet day's value."""

from .scenario import Scenario


class SpuriousAlert(Scenario):
    name = "spurious-alert"
    title = "nothing is wrong; the alert's threshold is badly chosen"
    alert = "DatabaseBusy"
    verdicts = ("nothing_wrong",)

    def inject(self, lab):
        lab.prometheus.add_spurious_rule()

    def problems(self, report):
        found = super().problems(report)
        if report["causes"]:
            found.append(f"blames {report['causes'][0]['class']} though nothing is wrong")
        return found

    def undo(self, lab):
        lab.prometheus.remove_spurious_rule()
