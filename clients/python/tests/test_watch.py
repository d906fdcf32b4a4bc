"""What goes in comes out once, in order and bit for bit, whatever breaks in between."""
import threading
import unittest

import numpy as np

import koopmanmesh
from fake_training_service import FakeTrainingService, Serving

RANDOM = np.random.default_rng(1)
SHAPES = {"first.weight": (30, 7), "first.bias": (30,), "scale": ()}


def draw():
    return {name: RANDOM.normal(size=shape).astype(np.float32) for name, shape in SHAPES.items()}


def flat(tensors):
    return np.concatenate([tensor.ravel() for tensor in tensors.values()])


class Watched(unittest.TestCase):
    def setUp(self):
        self.service = FakeTrainingService()
        self.serving = Serving(self.service)
        self.serving.__enter__()
        self.addCleanup(lambda: self.serving.__exit__())
        self.client = koopmanmesh.connect(self.serving.endpoint)
        self.addCleanup(self.client.close)

    def send(self, count, **options):
        """Sends random snapshots at steps 10, 20, ...; returns the watch, finished, and what was sent."""
        sent = [draw() for _ in range(count)]
        with self.client.training(sent[0], training_id="t", **options) as watch:
            for i, snapshot in enumerate(sent):
                watch.snapshot(10 * (i + 1), snapshot, loss=1 / (i + 1))
        return watch, sent

    def assert_all_stored(self, sent):
        run = self.service.runs["t"]
        self.assertEqual([10 * (i + 1) for i in range(len(sent))], run.steps)
        for expected, stored in zip(sent, run.snapshots):
            np.testing.assert_array_equal(flat(expected), stored)

    def test_snapshots_arrive_as_they_were_sent(self):
        watch, sent = self.send(40)

        self.assert_all_stored(sent)
        self.assertEqual([1 / (i + 1) for i in range(40)], [s.loss for s in self.service.runs["t"].scalars])
        self.assertFalse(self.service.runs["t"].scalars[0].HasField("accuracy"))
        self.assertEqual(list(SHAPES), [t.name for t in self.service.runs["t"].header.tensors])
        self.assertEqual(
            [list(s) for s in SHAPES.values()], [list(t.shape) for t in self.service.runs["t"].header.tensors])

    def test_report_in_pieces_is_put_together(self):
        watch, _ = self.send(7)

        self.assertEqual("kept", watch.report.verdict)
        self.assertEqual([10, 20, 30, 40, 50, 60, 70], [record.step for record in watch.report.records])

    def test_arrays_may_change_after_they_were_sent(self):
        self.service.may_store.clear()
        values = {"w": np.arange(5.0)}
        with self.client.training(values, training_id="t") as watch:
            watch.snapshot(1, values)
            values["w"][:] = -1
            self.service.may_store.set()

        np.testing.assert_array_equal(np.arange(5.0), self.service.runs["t"].snapshots[0])

    def test_snapshot_larger_than_a_message_arrives(self):
        large = {"w": RANDOM.normal(size=700_001)}
        with self.client.training(large, training_id="t") as watch:
            watch.snapshot(1, large)

        np.testing.assert_array_equal(large["w"], self.service.runs["t"].snapshots[0])

    def test_broken_connections_lose_nothing_and_repeat_nothing(self):
        self.service.break_after = {0: 3, 1: 0, 2: 5}

        _, sent = self.send(20)

        self.assert_all_stored(sent)
        self.assertEqual(4, self.service.connections)
        self.assertEqual([False, True, True, True], [header.resume for header in self.service.headers])

    def test_acknowledgement_that_was_lost_is_learnt_when_resuming(self):
        self.service.break_after, self.service.forget_ack = {0: 4}, {0}

        _, sent = self.send(20)

        self.assert_all_stored(sent)

    def test_run_whose_beginning_was_not_heard_of_is_resumed(self):
        self.service.break_before_started = {0}

        _, sent = self.send(5)

        self.assert_all_stored(sent)
        self.assertEqual([False, False, True], [header.resume for header in self.service.headers])

    def test_service_that_is_restarted_gets_the_rest(self):
        sent = [draw() for _ in range(10)]
        with self.client.training(sent[0], training_id="t") as watch:
            for i in range(5):
                watch.snapshot(10 * (i + 1), sent[i])
            self.serving.__exit__()
            for i in range(5, 8):
                watch.snapshot(10 * (i + 1), sent[i])
            self.serving = Serving(self.service, self.serving.port)
            self.serving.__enter__()
            for i in range(8, 10):
                watch.snapshot(10 * (i + 1), sent[i])

        self.assert_all_stored(sent)

    def test_service_that_forgot_what_it_acknowledged_is_an_error(self):
        self.service.break_after = {0: 5}
        watch = self.client.training(draw(), training_id="t")
        for step in range(1, 6):
            watch.snapshot(step, draw())
        watch.flush()
        for kept in (self.service.runs["t"].steps, self.service.runs["t"].snapshots):
            del kept[3:]
        watch.snapshot(6, draw())

        with self.assertRaises(koopmanmesh.KoopmanMeshError) as caught:
            watch.finish()

        self.assertEqual("SNAPSHOTS_LOST", caught.exception.reason)
        self.assertIn("step 5 of 't' was acknowledged", caught.exception.message)
        self.assertIn("step 3 as its last", caught.exception.message)

    def test_run_goes_on_in_another_process(self):
        first, _ = self.send(3)
        snapshot = draw()
        with self.client.training(snapshot, training_id="t", resume=True) as watch:
            last = watch.last_step
            watch.snapshot(last + 10, snapshot)

        self.assertIsNone(first.last_step)
        self.assertEqual(30, last)
        self.assertEqual([10, 20, 30, 40], self.service.runs["t"].steps)

    def test_trainer_waits_where_too_much_is_unacknowledged(self):
        self.service.may_store.clear()
        snapshot = draw()
        size = flat(snapshot).nbytes
        watch = self.client.training(snapshot, training_id="t", buffer_bytes=3 * size)
        for step in range(1, 4):
            watch.snapshot(step, snapshot)
        fourth = threading.Thread(target=lambda: watch.snapshot(4, snapshot))
        fourth.start()
        self.assertTrue(self.service.received.acquire(timeout=10))

        fourth.join(0.2)
        self.assertTrue(fourth.is_alive())
        self.service.may_store.set()
        fourth.join(10)
        self.assertFalse(fourth.is_alive())
        watch.finish()
        self.assertEqual([1, 2, 3, 4], self.service.runs["t"].steps)

    def test_callbacks_run_on_the_callers_thread(self):
        seen = []
        watch, _ = self.send(6, on_window=lambda window: seen.append((window.last_step, threading.current_thread())))

        self.assertEqual([(10 * (i + 1), threading.main_thread()) for i in range(6)], seen)
        self.assertEqual(6, len(watch.windows))

    def test_refusal_is_raised_with_its_sentence(self):
        self.send(2)

        with self.assertRaises(koopmanmesh.KoopmanMeshError) as caught:
            self.client.training(draw(), training_id="t")

        self.assertEqual("ALREADY_EXISTS", caught.exception.status)
        self.assertEqual("training 't' is stored", caught.exception.message)

    def test_refused_snapshot_ends_the_watch(self):
        watch = self.client.training(draw(), training_id="t")
        watch.snapshot(5, draw())
        watch.snapshot(6, dict(draw(), scale=np.float32("nan")))

        with self.assertRaisesRegex(koopmanmesh.KoopmanMeshError, "step 6 holds NaN"):
            watch.finish()

    def test_steps_that_do_not_ascend_are_refused(self):
        self.send(3)
        watch = self.client.training(draw(), training_id="t", resume=True)
        self.addCleanup(watch.abort)

        for step in (30, 7):
            with self.assertRaisesRegex(ValueError, "step %d came after step 30; the steps of a run ascend" % step):
                watch.snapshot(step, draw())

    def test_unreachable_service_is_said_within_the_patience(self):
        endpoint = self.serving.endpoint
        self.serving.__exit__()

        with self.assertRaisesRegex(koopmanmesh.Unreachable, "no service answered for"):
            koopmanmesh.Watch(endpoint, draw(), patience=0.3)

    def test_closing_with_an_error_keeps_what_was_stored(self):
        with self.assertRaises(ZeroDivisionError):
            with self.client.training(draw(), training_id="t") as watch:
                watch.snapshot(1, draw())
                watch.flush()
                1 / 0

        self.assertEqual([1], self.service.runs["t"].steps)

    def test_wrong_snapshots_are_refused_by_name(self):
        watch = self.client.training({"w": np.zeros((2, 3)), "b": np.zeros(3)})
        self.addCleanup(watch.abort)
        wrong = [
            ({"w": np.zeros((3, 2)), "b": np.zeros(3)}, r"'w' has shape \[3, 2\], expected \[2, 3\]"),
            ({"w": np.zeros((2, 3))}, "holds 2 tensors, got 1"),
            ({"w": np.zeros((2, 3)), "c": np.zeros(3)}, "holds no 'b'"),
        ]
        for tensors, message in wrong:
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                watch.snapshot(1, tensors)

    def test_integers_are_refused(self):
        with self.assertRaisesRegex(TypeError, "'n' holds int64; floating-point numbers can be watched"):
            self.client.training({"n": np.arange(3)})


if __name__ == "__main__":
    unittest.main()
