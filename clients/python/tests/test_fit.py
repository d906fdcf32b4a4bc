"""Rows travel as the contract says, from where the caller's arrays have them."""
import tracemalloc
import unittest

import numpy as np

from koopmanmesh._fit import FitEncoder, parts
from koopmanmesh._operators import options
from koopmanmesh.operator.v1 import operator_pb2, options_pb2

RANDOM = np.random.default_rng(1)


def encode(states, successors=None, inputs=None, times=None, **settings):
    """The messages, read by protobuf as a service reads them."""
    encoder = FitEncoder(options_pb2.FitOptions(), **settings)
    requests = [one if not isinstance(one, bytes) else operator_pb2.FitRequest.FromString(one)
                for one in encoder.requests(parts(states, successors, inputs, times))]
    return requests[0].header, [request.chunk for request in requests[1:]]


def trajectories(header, chunks):
    """What a service makes of the chunks: the states of each trajectory."""
    dtype = {1: "<f4", 2: "<f8"}[header.data.element_type]
    found, rows = [], []
    for chunk in chunks:
        values = np.frombuffer(chunk.states, dtype).reshape(chunk.rows, header.data.width)
        rows.append(values)
        if chunk.end_of_trajectory:
            found.append(np.concatenate(rows))
            rows = []
    return found + ([np.concatenate(rows)] if rows else [])


class Fit(unittest.TestCase):
    def test_matrix_is_one_trajectory_in_chunks(self):
        states = RANDOM.normal(size=(20_000, 7))

        header, chunks = encode(states, time_step=0.5, summary="gram", keep_summary=True)

        self.assertEqual((7, 0, 2, 0.5), (
            header.data.width, header.data.input_width, header.data.element_type, header.data.time_step))
        self.assertEqual((options_pb2.DATA_KIND_TRAJECTORIES, options_pb2.SUMMARY_KIND_GRAM, True), (
            header.data.kind, header.summary, header.keep_summary))
        self.assertGreater(len(chunks), 2)
        self.assertLess(max(len(chunk.states) for chunk in chunks), 1 << 20)
        self.assertEqual([False] * (len(chunks) - 1) + [True], [chunk.end_of_trajectory for chunk in chunks])
        np.testing.assert_array_equal(states, trajectories(header, chunks)[0])

    def test_any_layout_and_type_arrives_as_it_reads(self):
        base = RANDOM.normal(size=(40, 60))
        given = {"transposed": base.T, "strided": base[::3, ::2], "big-endian": base.astype(">f8"),
                 "half": base.astype(np.float16), "single": base.astype(np.float32),
                 "integers": np.arange(12).reshape(4, 3), "a vector": base[0], "lists": [[1, 2], [3, 4.5]]}
        for name, states in given.items():
            header, chunks = encode(states)
            expected = np.asarray(states, np.float64)
            expected = expected.reshape(-1, 1) if expected.ndim == 1 else expected
            with self.subTest(name):
                self.assertEqual(1 if name in ("half", "single") else 2, header.data.element_type)
                np.testing.assert_array_equal(expected, trajectories(header, chunks)[0])

    def test_iterables_are_trajectories_or_parts_of_one(self):
        several = [RANDOM.normal(size=(rows, 2)) for rows in (5, 1, 9)]
        for states in (several, iter(several), np.stack([several[0]] * 3)):
            self.assertEqual(3, len(trajectories(*encode(states))))

        one = trajectories(*encode(iter(several), one_trajectory=True))

        self.assertEqual(1, len(one))
        np.testing.assert_array_equal(np.concatenate(several), one[0])

    def test_pairs_inputs_and_times_go_with_their_rows(self):
        before, after = RANDOM.normal(size=(2, 9_000, 3))
        inputs, times = RANDOM.normal(size=(9_000, 2)), np.arange(9_000)

        header, chunks = encode(before, after, inputs)
        _, timed = encode(before, times=times)

        self.assertEqual(options_pb2.DATA_KIND_PAIRS, header.data.kind)
        self.assertEqual(2, header.data.input_width)
        self.assertFalse(any(chunk.end_of_trajectory for chunk in chunks))
        joined = {name: np.frombuffer(b"".join(getattr(chunk, name) for chunk in chunks))
                  for name in ("states", "successors", "inputs")}
        np.testing.assert_array_equal(before.ravel(), joined["states"])
        np.testing.assert_array_equal(after.ravel(), joined["successors"])
        np.testing.assert_array_equal(inputs.ravel(), joined["inputs"])
        np.testing.assert_array_equal(times, np.frombuffer(b"".join(chunk.times for chunk in timed)))

    def test_input_of_the_last_row_may_be_missing(self):
        states, inputs = RANDOM.normal(size=(9, 2)), RANDOM.normal(size=(8, 1))

        _, chunks = encode(states, inputs=inputs)

        np.testing.assert_array_equal(np.append(inputs, 0), np.frombuffer(chunks[0].inputs))

    def test_data_that_does_not_fit_together_is_refused(self):
        states = np.zeros((5, 2))
        wrong = [
            (lambda: encode([states, np.zeros((5, 3))]), r"states has shape \[5, 3\], expected \[5, 2\]"),
            (lambda: encode(states, np.zeros((4, 2))), r"successors has shape \[4, 2\], expected \[5, 2\]"),
            (lambda: encode(states, inputs=np.zeros((3, 1))), r"inputs has shape \[3, 1\], expected \[5, 1\]"),
            (lambda: encode([states, states], [states]), "states has more than 1 parts"),
            (lambda: encode(iter([])), "a fit needs rows, got none"),
            (lambda: encode(states.astype(complex)), r"states has shape \[5, 2\] of complex128, expected rows of real"),
            (lambda: encode(states, summary="nope"), "SummaryKind is 'nope', expected one of gram, qr, sketch"),
        ]
        for work, sentence in wrong:
            with self.subTest(sentence), self.assertRaisesRegex(ValueError, sentence):
                work()

    def test_rows_are_copied_a_chunk_at_a_time(self):
        states = np.zeros((1 << 20, 4))
        encoder = FitEncoder(options_pb2.FitOptions())
        tracemalloc.start()
        try:
            for _ in encoder.requests(parts(states, None, None, None)):
                pass
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        self.assertLess(peak, states.nbytes / 16)

    def test_options_are_fields_or_the_methods_own(self):
        found = options("ridge", "energy:0.99", {"hold_out": 0, "delays": 3, "penalty": 1e-6, "scaled": True})

        self.assertEqual(("ridge", "energy:0.99", 3), (found.method, found.rank.text, found.delays))
        self.assertTrue(found.HasField("hold_out"))
        self.assertEqual({"penalty": "1e-06", "scaled": "true"}, dict(found.method_options))
        self.assertEqual(4, options("", options_pb2.RankRule(fixed=4), {}).rank.fixed)


if __name__ == "__main__":
    unittest.main()
