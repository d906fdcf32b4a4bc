"""What is awaited is the same run as the one that blocks: nothing is lost, whatever breaks in between."""
import asyncio
import unittest

import numpy as np

import koopmanmesh
from fake_training_service import FakeTrainingService, Serving

RANDOM = np.random.default_rng(1)


def draw():
    return {"weight": RANDOM.normal(size=(30, 7)).astype(np.float32), "bias": RANDOM.normal(size=30).astype(np.float32)}


def flat(tensors):
    return np.concatenate([tensor.ravel() for tensor in tensors.values()])


class Awaited(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.service = FakeTrainingService()
        self.serving = Serving(self.service)
        self.serving.__enter__()
        self.addCleanup(lambda: self.serving.__exit__())
        self.client = koopmanmesh.connect_async(self.serving.endpoint)
        self.addAsyncCleanup(self.client.close)

    async def send(self, count, **options):
        sent = [draw() for _ in range(count)]
        async with self.client.training(sent[0], training_id="t", **options) as watch:
            for i, snapshot in enumerate(sent):
                await watch.snapshot(10 * (i + 1), snapshot, loss=1 / (i + 1))
        return watch, sent

    def assert_all_stored(self, sent):
        run = self.service.runs["t"]
        self.assertEqual([10 * (i + 1) for i in range(len(sent))], run.steps)
        for expected, stored in zip(sent, run.snapshots):
            np.testing.assert_array_equal(flat(expected), stored)

    async def test_snapshots_arrive_as_they_were_sent(self):
        seen = []

        watch, sent = await self.send(40, on_window=lambda window: seen.append(window.last_step))

        self.assert_all_stored(sent)
        self.assertEqual("kept", watch.report.verdict)
        self.assertEqual([10 * (i + 1) for i in range(40)], seen)

    async def test_broken_connections_lose_nothing_and_repeat_nothing(self):
        self.service.break_after = {0: 3, 1: 0, 2: 5}

        _, sent = await self.send(20)

        self.assert_all_stored(sent)
        self.assertEqual(4, self.service.connections)

    async def test_run_whose_beginning_was_not_heard_of_is_resumed(self):
        self.service.break_before_started = {0}

        _, sent = await self.send(5)

        self.assert_all_stored(sent)

    async def test_trainer_waits_where_too_much_is_unacknowledged(self):
        self.service.may_store.clear()
        snapshot = draw()
        size = flat(snapshot).nbytes
        async with self.client.training(snapshot, training_id="t", buffer_bytes=3 * size) as watch:
            for step in range(1, 4):
                await watch.snapshot(step, snapshot)
            fourth = asyncio.ensure_future(watch.snapshot(4, snapshot))
            await asyncio.wait([fourth], timeout=0.2)
            self.assertFalse(fourth.done())
            self.service.may_store.set()
            await fourth

        self.assertEqual([1, 2, 3, 4], self.service.runs["t"].steps)

    async def test_proposal_comes_with_its_weights_and_is_decided(self):
        self.service.propose = lambda run: [run.snapshots[-1][:210] * 2, run.snapshots[-1][210:] * 2]
        async with self.client.training(draw(), training_id="t") as watch:
            await watch.snapshot(1, draw())
            last = draw()
            await watch.snapshot(2, last)
            proposal = await watch.propose()
            kept = await watch.decide(proposal, 1.0, 0.5)
            undone = await watch.decide(await watch.propose(), 1.0, 2.0)

        self.assertTrue(proposal)
        np.testing.assert_array_equal(2 * last["bias"], proposal.weights["bias"].ravel())
        self.assertEqual((True, False), (kept, undone))

    async def test_refusals_are_raised(self):
        await self.send(2)
        with self.assertRaises(koopmanmesh.AlreadyExists):
            await self.client.training(draw(), training_id="t").begin()
        watch = await self.client.training(draw(), training_id="other").begin()
        with self.assertRaisesRegex(ValueError, "step 1 came after step 1"):
            await watch.snapshot(1, draw())
            await watch.snapshot(1, draw())
        await watch.snapshot(2, {"weight": draw()["weight"], "bias": np.full(30, np.nan, np.float32)})
        with self.assertRaisesRegex(koopmanmesh.InvalidArgument, "step 2 holds NaN"):
            await watch.finish()

    async def test_error_in_the_loop_keeps_what_was_stored(self):
        with self.assertRaises(ZeroDivisionError):
            async with self.client.training(draw(), training_id="t") as watch:
                await watch.snapshot(1, draw())
                await watch.flush()
                1 / 0

        self.assertEqual([1], self.service.runs["t"].steps)

    async def test_unreachable_service_is_said_within_the_patience(self):
        self.serving.__exit__()

        with self.assertRaisesRegex(koopmanmesh.Unreachable, "no service answered for 0.3 seconds"):
            await self.client.training(draw(), patience=0.3).begin()


if __name__ == "__main__":
    unittest.main()
