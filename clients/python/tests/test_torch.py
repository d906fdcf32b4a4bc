"""The PyTorch callback: what it sends, and that a jump is either kept whole or undone bit for bit."""
import io
import unittest
from contextlib import redirect_stdout

import numpy as np
import torch

import koopmanmesh
import koopmanmesh.torch
from fake_training_service import FakeTrainingService, Serving
from koopmanmesh.torch import KoopmanCallback


class Quadratic(torch.nn.Module):
    """f(w) = (w - w*)' diag(h) (w - w*) / 2, whose gradient descent is w - w* -> A (w - w*), A = I - rate diag(h)."""

    H = torch.tensor([1.0, 4.0], dtype=torch.float64)
    OPTIMUM = torch.tensor([2.0, -1.0], dtype=torch.float64)

    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([0.0, 0.5], dtype=torch.float64))
        self.register_buffer("steps", torch.tensor(0))

    def forward(self):
        return (self.H * (self.w - self.OPTIMUM) ** 2).sum() / 2


class Callback(unittest.TestCase):
    def setUp(self):
        self.service = FakeTrainingService()
        self.serving = Serving(self.service)
        self.serving.__enter__()
        self.addCleanup(lambda: self.serving.__exit__())
        self.model = Quadratic()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.5)

    def callback(self, **options):
        return KoopmanCallback(
            self.model, self.serving.endpoint, optimizer=self.optimizer, training_id="t", **options)

    def train(self, koopman, steps):
        for _ in range(steps):
            self.optimizer.zero_grad()
            loss = self.model()
            loss.backward()
            self.optimizer.step()
            koopman.step(loss)

    def evaluate(self):
        with torch.no_grad():
            return self.model()

    def bits(self):
        return self.model.w.detach().numpy().tobytes()

    def test_every_snapshot_is_the_model_after_its_step(self):
        koopman, seen = self.callback(), []
        for _ in range(5):
            self.train(koopman, 1)
            seen.append(self.model.w.detach().clone().numpy())
        koopman.finish(verbose=False)

        run = self.service.runs["t"]
        self.assertEqual([1, 2, 3, 4, 5], run.steps)
        np.testing.assert_array_equal(seen, run.snapshots)
        self.assertEqual(["w"], [tensor.name for tensor in run.header.tensors])
        self.assertEqual([0.1] * 5, [scalars.learning_rate for scalars in run.scalars])
        self.assertTrue(all(scalars.seconds > 0 for scalars in run.scalars))

    def test_every_third_step_sends_a_snapshot(self):
        koopman = self.callback(every=3)
        self.train(koopman, 10)
        koopman.finish(verbose=False)

        self.assertEqual([3, 6, 9], self.service.runs["t"].steps)

    def test_half_precision_is_sent_as_single(self):
        model = torch.nn.Linear(3, 2).bfloat16()
        with redirect_stdout(io.StringIO()), KoopmanCallback(model, self.serving.endpoint, training_id="b") as koopman:
            koopman.step()

        expected = torch.cat([p.detach().float().ravel() for p in model.parameters()])
        np.testing.assert_array_equal(expected.numpy(), self.service.runs["b"].snapshots[0])

    def test_finish_prints_the_verdict(self):
        koopman = self.callback()
        self.train(koopman, 1)
        printed = io.StringIO()
        with redirect_stdout(printed):
            koopman.finish()

        self.assertEqual("kept\n", printed.getvalue())

    def test_better_proposal_is_kept_and_resets_the_optimizer(self):
        better = np.array([1.9, -0.9])
        self.service.propose = lambda run: [better]
        koopman = self.callback()
        self.train(koopman, 4)
        self.assertTrue(self.optimizer.state)

        self.assertTrue(koopman.try_jump(self.evaluate))

        np.testing.assert_array_equal(better, self.model.w.detach().numpy())
        self.assertFalse(self.optimizer.state)
        self.assertEqual((1, 0, 0, 5), (
            koopman.jumps.kept, koopman.jumps.rejected, koopman.jumps.refused, koopman.jumps.snapshots_skipped))
        self.assertLess(self.service.outcomes[0].loss_after, self.service.outcomes[0].loss_before)

    def test_worse_proposal_is_undone_bit_for_bit(self):
        self.service.propose = lambda run: [np.array([50.0, 50.0])]
        koopman = self.callback()
        self.train(koopman, 4)
        before = self.bits()

        self.assertFalse(koopman.try_jump(self.evaluate))

        self.assertEqual(before, self.bits())
        self.assertTrue(self.optimizer.state)
        self.assertEqual((0, 1, 0), (koopman.jumps.kept, koopman.jumps.rejected, koopman.jumps.snapshots_skipped))
        self.assertLess(koopman.jumps.net_seconds, 0)

    def test_evaluation_that_fails_leaves_the_model_as_it_was(self):
        self.service.propose = lambda run: [np.array([50.0, 50.0])]
        koopman = self.callback()
        self.addCleanup(koopman.watch.abort)
        self.train(koopman, 4)
        before = self.bits()

        def evaluate():
            if self.bits() != before:
                raise RuntimeError("out of memory")
            return 1.0

        with self.assertRaisesRegex(RuntimeError, "out of memory"):
            koopman.try_jump(evaluate)

        self.assertEqual(before, self.bits())

    def test_connection_that_breaks_before_the_decision_undoes_the_jump(self):
        self.service.propose = lambda run: [np.array([1.9, -0.9])]
        self.service.break_at_outcome = True
        koopman = self.callback()
        self.train(koopman, 4)
        before = self.bits()

        self.assertFalse(koopman.try_jump(self.evaluate))
        self.assertEqual(before, self.bits())
        self.train(koopman, 2)
        koopman.finish(verbose=False)
        self.assertEqual([1, 2, 3, 4, 5, 6], self.service.runs["t"].steps)

    def test_connection_that_breaks_while_a_proposal_is_evaluated_undoes_the_jump(self):
        self.service.propose = lambda run: [np.array([1.9, -0.9])]
        self.service.break_after_proposal = True
        koopman = self.callback()
        self.train(koopman, 4)
        before = self.bits()

        def evaluate():
            self.assertTrue(self.service.resumed.wait(10))
            return self.evaluate()

        self.assertFalse(koopman.try_jump(evaluate))
        self.assertEqual(before, self.bits())
        self.assertEqual([], self.service.outcomes)
        self.train(koopman, 2)
        koopman.finish(verbose=False)
        self.assertEqual([1, 2, 3, 4, 5, 6], self.service.runs["t"].steps)

    def test_refusal_is_counted_and_evaluates_nothing(self):
        koopman = self.callback()
        self.train(koopman, 4)

        self.assertFalse(koopman.try_jump(lambda: self.fail("nothing was proposed")))
        self.assertEqual(1, koopman.jumps.refused)

    def test_jumps_rest_as_the_run_says(self):
        self.service.propose = lambda run: [run.snapshots[-1] * 0.99]
        koopman = self.callback()
        attempts = []
        for step in range(1, 10):
            self.train(koopman, 1)
            before = len(self.service.outcomes)
            koopman.try_jump(self.evaluate)
            if len(self.service.outcomes) > before:
                attempts.append(step)

        self.assertEqual([3, 6, 9], attempts)

    def test_weights_of_a_forecast_are_loaded_by_name(self):
        koopmanmesh.torch.load(self.model, {"w": np.array([3.0, 4.0])})

        self.assertEqual([3.0, 4.0], self.model.w.tolist())
        with self.assertRaisesRegex(ValueError, "the model has no parameter 'v'"):
            koopmanmesh.torch.load(self.model, {"v": np.zeros(2)})
        with self.assertRaisesRegex(ValueError, r"'w' has shape \[3\], the model's parameter \[2\]"):
            koopmanmesh.torch.load(self.model, {"w": np.zeros(3)})


if __name__ == "__main__":
    unittest.main()
