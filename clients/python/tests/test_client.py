"""Both clients, blocking and asynchronous, make the same calls and say the same of them."""
import asyncio
import hashlib
import io
import os
import tempfile
import unittest
import unittest.mock

import grpc
import numpy as np

import koopmanmesh
import koopmanmesh.aio
from fake_mesh import FakeMesh, message, safetensors
from fake_training_service import Serving
from koopmanmesh.run.v1 import options_pb2, run_pb2

RUNNING, SUCCEEDED, FAILED = run_pb2.RUN_STATE_RUNNING, run_pb2.RUN_STATE_SUCCEEDED, run_pb2.RUN_STATE_FAILED


def status(state, **fields):
    return run_pb2.RunStatus(run_id="r-1", state=state, **fields)


class Calls:
    """Tests of a client whose methods are called by `self.call(name, ...)` to their end."""

    def setUp(self):
        self.mesh = FakeMesh()
        self.serving = Serving(self.mesh)
        self.serving.__enter__()
        self.addCleanup(lambda: self.serving.__exit__())
        self.open()

    def test_content_is_uploaded_under_its_digest_once(self):
        content = os.urandom(300_001)

        first = self.call("upload", content, "rows.npy")
        again = self.call("upload", bytearray(content))

        self.assertEqual(hashlib.sha256(content).hexdigest(), first.digest)
        self.assertEqual((first.digest, "rows.npy"), (again.digest, first.name))
        self.assertEqual(content, self.mesh.stored[first.digest])
        self.assertEqual([("rows.npy", 300_001), ("content", 0)], self.mesh.uploads)

    def test_file_is_uploaded_under_its_name(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "m.onnx")
            with open(path, "wb") as file:
                file.write(b"model" * 50_000)
            ref = self.call("upload", path)

        self.assertEqual("m.onnx", ref.name)
        self.assertEqual(b"model" * 50_000, self.mesh.stored[ref.digest])
        with self.assertRaisesRegex(FileNotFoundError, "there is no file '/nowhere'"):
            self.call("upload", "/nowhere")

    def test_arrays_are_uploaded_as_numpy_files(self):
        base = np.random.default_rng(1).normal(size=(500, 70))
        for array in (base, base.T, base[::3, ::2], np.arange(6), np.float32([]), np.asfortranarray(base)):
            ref = self.call("upload", array)
            with self.subTest(shape=array.shape):
                np.testing.assert_array_equal(array, np.load(io.BytesIO(self.mesh.stored[ref.digest])))
        with self.assertRaisesRegex(TypeError, "an array of Python objects can't be uploaded"):
            self.call("upload", np.array([object()]))

    def test_submission_says_what_was_asked_for(self):
        model = self.call("upload", b"model")
        run = self.call("submit", model, np.zeros((2, 2)), scale=0.5, layout="nhwc", granularity="coarse", seed=7)
        self.call("submit_replacement", model, b"x", regions=["d1"], budget={"accuracy_loss": 0.01}, granularity="fine",
                  box={"uniform": {"lower": -1, "upper": 1}}, idempotency_key="mine")

        first, second = self.mesh.submitted
        self.assertEqual("r-1", run.id)
        self.assertEqual((model, 0.5, options_pb2.LAYOUT_NHWC), (
            first.spec.model, first.spec.data_options.scale, first.spec.data_options.layout))
        self.assertEqual((options_pb2.GRANULARITY_COARSE, 7), (
            first.spec.options.granularity, first.spec.options.seed))
        self.assertFalse(first.spec.HasField("labels") or first.spec.HasField("replacement"))
        self.assertTrue(first.idempotency_key)
        self.assertEqual((["d1"], 0.01, 1.0, "mine"), (
            list(second.spec.replacement.regions), second.spec.replacement.budget.accuracy_loss,
            second.spec.replacement.box.uniform.upper, second.idempotency_key))
        self.assertEqual(options_pb2.GRANULARITY_FINE, second.spec.options.granularity)

    def test_option_nobody_knows_is_refused_before_anything_is_sent(self):
        with self.assertRaisesRegex(ValueError, "AnalysisOptions has no field 'sede', expected one of accumulator,"):
            self.call("submit", b"m", b"d", sede=1)
        with self.assertRaisesRegex(ValueError, "Granularity is 'rough', expected one of fine, coarse"):
            self.call("submit", b"m", b"d", granularity="rough")
        self.assertEqual([], self.mesh.uploads)

    def test_watch_goes_on_after_a_broken_connection(self):
        self.mesh.watches = [[status(RUNNING), None], [None], [status(RUNNING), status(SUCCEEDED)]]
        run = self.call("run", "r-1")

        seen = self.iterate(run.watch(progress=False))

        self.assertEqual([RUNNING, RUNNING, SUCCEEDED], [one.state for one in seen])
        self.assertEqual(SUCCEEDED, run.status.state)

    def test_watch_gives_up_when_patience_is_over(self):
        run = self.call("run", "r-1")
        self.serving.__exit__()

        with self.assertRaisesRegex(koopmanmesh.Unreachable, "no service answered for 0.2 seconds"):
            self.finish(run.wait(progress=False, patience=0.2))

    def test_run_that_failed_is_an_error_with_its_reason(self):
        self.mesh.watches = [[status(FAILED, error="row 3 is NaN", error_reason="NON_FINITE")],
                             [status(run_pb2.RUN_STATE_CANCELLED)]]
        run = self.call("run", "r-1")

        with self.assertRaises(koopmanmesh.RunFailed) as caught:
            self.finish(run.wait(progress=False))
        with self.assertRaises(koopmanmesh.RunCancelled):
            self.finish(run.wait(progress=False))

        self.assertEqual(("NON_FINITE", "row 3 is NaN"), (caught.exception.reason, caught.exception.message))

    def test_analysis_is_submitted_watched_and_reported(self):
        self.mesh.watches = [[status(RUNNING), status(SUCCEEDED)]]

        analysis = self.call("analyze", b"model", b"data", b"labels", progress=False)

        self.assertEqual("r-1", analysis.report.run_id)
        self.assertTrue(self.mesh.submitted[0].spec.HasField("labels"))

    def test_unavailable_service_is_asked_again(self):
        self.mesh.unavailable = 2
        self.assertEqual("r-9", self.call("run", "r-9").id)
        self.assertEqual(3, self.mesh.calls)

        self.open(attempts=1)
        self.mesh.unavailable = 4
        with self.assertRaises(koopmanmesh.Unreachable):
            self.call("run", "r-9")

    def test_stream_is_begun_again_where_nothing_came_of_it(self):
        self.mesh.file = safetensors({"a": np.zeros(10)})
        self.mesh.breaks = [True, True, False]
        self.assertEqual("exact-dmd", self.call("operator", "f" * 64).report.method)

        operator = self.call("operator", "f" * 64)
        self.serving.__exit__()
        with self.assertRaises(koopmanmesh.Unreachable):
            self.finish(operator.matrices())

    def test_call_ends_with_its_deadline(self):
        self.open(deadline=0.2)
        self.addCleanup(self.mesh.hold.set)

        with self.assertRaises(koopmanmesh.DeadlineExceeded):
            self.call("run", "slow")

    def test_every_call_carries_metadata_and_token(self):
        self.open(token="t-1", metadata={"tenant": "a", "key-bin": b"\0\1"})

        self.call("run", "r-1")

        sent = self.mesh.metadata[0]
        self.assertEqual(("Bearer t-1", "a", b"\0\1"), (sent["authorization"], sent["tenant"], sent["key-bin"]))

    def test_refusal_is_raised_with_its_details(self):
        self.mesh.refusal = (grpc.StatusCode.FAILED_PRECONDITION, "not yet", ("ErrorInfo", message((1, b"TOO_EARLY"))),
                             ("PreconditionFailure", message((1, message((1, b"T"), (2, b"s"), (3, b"d"))))))

        with self.assertRaises(koopmanmesh.FailedPrecondition) as caught:
            self.call("run", "r-1")

        self.assertEqual(("TOO_EARLY", "s"), (
            caught.exception.reason, caught.exception.precondition_violations[0].subject))

    def test_refused_stream_of_rows_is_raised_with_its_details(self):
        self.mesh.refusal = (grpc.StatusCode.INVALID_ARGUMENT, "no", ("ErrorInfo", message((1, b"WIDTH_INVALID"))))

        with self.assertRaises(koopmanmesh.InvalidArgument) as caught:
            self.call("fit", (np.zeros((1000, 100)) for _ in range(100)))

        self.assertEqual("WIDTH_INVALID", caught.exception.reason)

    def test_rows_that_cannot_be_made_are_the_callers_own_error(self):
        def rows():
            yield np.zeros((5, 2))
            raise KeyError("a row is missing")

        with self.assertRaisesRegex(KeyError, "a row is missing"):
            self.call("fit", rows())
        self.assertEqual("f" * 64, self.call("fit", np.zeros((5, 2))).id)

    def test_operator_is_fitted_predicted_with_and_fetched(self):
        arrays = {"reduced": np.random.default_rng(1).normal(size=(300, 300)), "time_step": np.ones(1)}
        self.mesh.file = safetensors(arrays, {"method": "exact-dmd"})
        operator = self.call("fit", np.zeros((5, 2)), keep_summary=True, method="dmd")

        states = self.finish(operator.predict([1, 2], 4))
        matrices = self.finish(operator.matrices())
        file = io.BytesIO()
        length = self.finish(operator.download(file))

        np.testing.assert_array_equal(np.arange(8.0).reshape(4, 2), states)
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, matrices[name])
        self.assertEqual({"method": "exact-dmd"}, matrices.metadata)
        self.assertEqual((self.mesh.file, len(self.mesh.file)), (file.getvalue(), length))
        self.assertEqual(3, self.call("operator", operator.id).report.rank)

    def test_answer_larger_than_allowed_is_refused(self):
        self.open(max_tensor_bytes=1000)
        self.mesh.file = safetensors({"a": np.zeros(1000)})
        operator = self.call("operator", "f" * 64)

        with self.assertRaisesRegex(ValueError, r"8000 bytes of tensors, allowed are 1000 \(max_tensor_bytes\)"):
            self.finish(operator.matrices())
        with self.assertRaisesRegex(ValueError, "'states' has 16000 bytes, allowed are 1000"):
            self.finish(operator.predict([1, 2], 1000))


class Blocking(Calls, unittest.TestCase):
    def open(self, **options):
        self.client = koopmanmesh.connect(self.serving.endpoint, **options)
        self.addCleanup(self.client.close)

    def call(self, name, *arguments, **options):
        return getattr(self.client, name)(*arguments, **options)

    def finish(self, result):
        return result

    def iterate(self, stream):
        return list(stream)

    def test_interrupted_analysis_cancels_its_run(self):
        class Interrupted(io.StringIO):
            def write(self, text):
                raise KeyboardInterrupt

        self.mesh.watches = [[status(RUNNING, stage="fit")]]
        with unittest.mock.patch("sys.stderr", Interrupted()), self.assertRaises(KeyboardInterrupt):
            self.client.analyze(b"model", b"data")

        self.assertEqual(["r-1"], self.mesh.cancelled)

    def test_call_within_seconds_leaves_the_client_as_it_was(self):
        self.addCleanup(self.mesh.hold.set)

        with self.assertRaises(koopmanmesh.DeadlineExceeded):
            self.client.within(0.1).run("slow")
        self.assertEqual("r-1", self.client.run("r-1").id)


class Asynchronous(Calls, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.loop = asyncio.new_event_loop()
        cls.addClassCleanup(cls.loop.close)

    def open(self, **options):
        async def connect():
            return koopmanmesh.connect_async(self.serving.endpoint, **options)

        self.client = client = self.loop.run_until_complete(connect())
        self.addCleanup(lambda: self.loop.run_until_complete(client.close()))

    def call(self, name, *arguments, **options):
        return self.finish(getattr(self.client, name)(*arguments, **options))

    def finish(self, result):
        return self.loop.run_until_complete(result)

    def iterate(self, stream):
        async def collect():
            return [one async for one in stream]

        return self.finish(collect())

    def test_rows_may_come_when_they_come(self):
        async def rows():
            for count in (3, 4):
                await asyncio.sleep(0)
                yield np.zeros((count, 2)), np.ones((count, 2))

        self.call("fit", rows())

        self.assertEqual([3, 4], [request.chunk.rows for request in self.mesh.fits[0][1:]])
        self.assertEqual(2, self.mesh.fits[0][0].header.data.kind)

    def test_token_may_be_fetched_by_a_coroutine(self):
        async def token():
            return "fetched"

        self.open(token=token)
        self.call("run", "r-1")

        self.assertEqual("Bearer fetched", self.mesh.metadata[0]["authorization"])

    def test_cancelled_task_ends_its_call_and_its_run(self):
        self.mesh.watches = [[status(RUNNING), status(RUNNING)]]

        async def cancelled():
            call = asyncio.ensure_future(self.client.run("slow"))
            while self.mesh.calls == 0:
                await asyncio.sleep(0.01)
            call.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await call

        self.addCleanup(self.mesh.hold.set)
        self.finish(cancelled())

        async def analyze():
            run = await self.client.submit(b"model", b"data")
            waiting = asyncio.ensure_future(run.wait_or_cancel(False))
            await asyncio.sleep(0)
            waiting.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await waiting

        self.finish(analyze())
        self.assertEqual(["r-1"], self.mesh.cancelled)


if __name__ == "__main__":
    unittest.main()
