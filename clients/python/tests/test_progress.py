"""A run's progress is a bar on a terminal and lines elsewhere; numbers of a report are arrays."""
import inspect
import io
import json
import typing
import unittest

import numpy as np

import koopmanmesh
import koopmanmesh.aio
from koopmanmesh._progress import Progress, bar
from koopmanmesh.run.v1 import report_pb2, run_pb2

STATUSES = [
    run_pb2.RunStatus(stage="capture", rows_total=60_000, components_total=5),
    run_pb2.RunStatus(stage="capture", rows_captured=30_000, rows_total=60_000, rows_per_second=12_345.6,
                      components_total=5),
    run_pb2.RunStatus(stage="fit", components_fitted=5, components_total=5),
    run_pb2.RunStatus(stage="done"),
]


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Shown(unittest.TestCase):
    def show(self, stream):
        with Progress(stream) as progress:
            for status in STATUSES:
                progress.show(status)
        return stream.getvalue()

    def test_file_gets_a_line_for_each_stage(self):
        self.assertEqual(
            "capturing 60,000 rows of 5 components\nfitting 5 components\ndone\n", self.show(io.StringIO()))

    def test_terminal_gets_a_bar_that_is_drawn_anew(self):
        shown = self.show(Terminal())

        self.assertEqual(4, shown.count("\r\x1b[K"))
        self.assertIn("rows 30,000 of 60,000, 12,345/s", shown)
        self.assertTrue(shown.endswith("\n"))

    def test_bar_is_as_full_as_the_work(self):
        self.assertEqual("capture   [" + 20 * "#" + 20 * "-" + "] rows 30,000 of 60,000, 12,345/s",
                         bar(STATUSES[1], 200))
        for width in (10, 30, 45, 79):
            self.assertLessEqual(len(bar(STATUSES[1], width)), width)


class Reports(unittest.TestCase):
    def setUp(self):
        report = report_pb2.Report()
        for name, credit, rank in (("a", 1.5, 2), ("b", None, 0), ("c", -3.0, 1)):
            component = report.components.add(name=name)
            component.credit.canonical_rank = rank
            if credit is not None:
                component.credit.canonical = credit
                component.credit.canonical_interval.low = credit - 1
                component.credit.canonical_interval.high = credit + 1
        report.components[0].spectrum.eigenpairs.add().value.im = 2
        report.audit.verdicts.add(
            metric="canonical", claim=report_pb2.CLAIM_SENSITIVITY, verdict=report_pb2.VERDICT_TOO_FEW_COMPONENTS)
        self.analysis = koopmanmesh.Analysis(report)

    def test_credits_are_arrays(self):
        np.testing.assert_array_equal([1.5, np.nan, -3], self.analysis.credits())
        np.testing.assert_array_equal([[0.5, 2.5], [np.nan, np.nan], [-4, -2]], self.analysis.intervals())
        np.testing.assert_array_equal([2j], self.analysis.eigenvalues(0))
        self.assertEqual(["c", "a"], self.analysis.ranking())
        self.assertEqual({"canonical sensitivity": "too few components"}, self.analysis.verdicts)
        self.assertEqual("a", json.loads(self.analysis.to_json())["components"][0]["name"])
        self.assertIn("-3", str(self.analysis))

    def test_unknown_metric_is_refused(self):
        with self.assertRaisesRegex(ValueError, "metric is 'best', expected one of canonical, telescoped, local"):
            self.analysis.credits("best")


class Typed(unittest.TestCase):
    """Everything public has its types written down, and both clients have the same methods."""

    def public(self, kind):
        return {name: member for name, member in inspect.getmembers(kind, inspect.isfunction) if name[0] != "_"}

    def test_every_public_method_is_annotated(self):
        for kind in (koopmanmesh.Client, koopmanmesh.Run, koopmanmesh.Operator, koopmanmesh.Watch, koopmanmesh.Analysis,
                     koopmanmesh.aio.Client, koopmanmesh.aio.Run, koopmanmesh.aio.Operator, koopmanmesh.aio.Watch):
            for name, method in self.public(kind).items():
                annotated = method.__annotations__
                with self.subTest("%s.%s" % (kind.__name__, name)):
                    self.assertEqual(
                        set(inspect.signature(method).parameters) - {"self"}, set(annotated) - {"return"})
                    self.assertIn("return", annotated)

    def test_both_clients_have_the_same_methods(self):
        for blocking, awaited in ((koopmanmesh.Client, koopmanmesh.aio.Client), (koopmanmesh.Run, koopmanmesh.aio.Run),
                                  (koopmanmesh.Operator, koopmanmesh.aio.Operator)):
            ours, theirs = self.public(blocking), self.public(awaited)
            self.assertEqual(set(ours), set(theirs))
            for name, method in ours.items():
                with self.subTest(name):
                    self.assertEqual(list(inspect.signature(method).parameters),
                                     list(inspect.signature(theirs[name]).parameters))

    def test_hints_can_be_read(self):
        for kind in (koopmanmesh.Client, koopmanmesh.Analysis, koopmanmesh.KoopmanMeshError):
            for method in self.public(kind).values():
                typing.get_type_hints(method)


if __name__ == "__main__":
    unittest.main()
