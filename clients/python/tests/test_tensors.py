"""Tensors keep their bits on the way, and are copied once."""
import tracemalloc
import unittest

import numpy as np

from fake_mesh import safetensors
from fake_training_service import frames
from koopmanmesh import _wire
from koopmanmesh._methods import FORECAST, GET_OPERATOR, PREDICT
from koopmanmesh._operators import matrices, predict
from koopmanmesh._safetensors import Reader
from koopmanmesh.operator.v1 import operator_pb2
from koopmanmesh.tensor.v1 import tensor_pb2
from koopmanmesh.tensors import Assembler, Layout, frame_messages
from koopmanmesh.training.v1 import training_pb2


class Tensors(unittest.TestCase):
    def test_frames_are_put_together(self):
        random = np.random.default_rng(1)
        arrays = {"a": random.normal(size=(100, 301)), "b": np.float32(3).reshape(()), "m": np.ones(5, np.uint8),
                  "none": np.zeros((0, 4), np.float32)}
        assembler, came = Assembler(), {}
        for name, array in arrays.items():
            for frame in frames(name, np.asarray(array)):
                completed = assembler.accept(frame)
                if completed:
                    came[completed[0]] = completed[1]

        self.assertEqual(list(arrays), list(came))
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, came[name])
            self.assertEqual(array.dtype, came[name].dtype)

    def test_frames_that_contradict_each_other_are_refused(self):
        chunk = tensor_pb2.TensorFrame(chunk=tensor_pb2.TensorChunk(data=bytes(8)))
        with self.assertRaisesRegex(ValueError, "8 bytes came before any header"):
            Assembler().accept(chunk)
        assembler = Assembler()
        assembler.accept(tensor_pb2.TensorFrame(header=tensor_pb2.TensorHeader(
            name="a", element_type=1, shape=[1], byte_length=4)))
        with self.assertRaisesRegex(ValueError, "'a' got 8 bytes, its header says 4"):
            assembler.accept(chunk)

    def test_header_that_promises_too_much_is_refused(self):
        large = tensor_pb2.TensorHeader(name="a", element_type=2, shape=[1 << 40], byte_length=8 << 40)
        lying = tensor_pb2.TensorHeader(name="a", element_type=2, shape=[3], byte_length=8)
        with self.assertRaisesRegex(ValueError, "'a' has 8796093022208 bytes, allowed are 1000"):
            Assembler(1000).begin(large)
        with self.assertRaisesRegex(ValueError, r"'a' of shape \[3\] has 24 bytes, its header says 8"):
            Assembler().begin(lying)

    def test_stream_that_ends_within_a_tensor_is_refused(self):
        assembler = Assembler()
        for frame in list(frames("a", np.zeros(20_000)))[:2]:
            assembler.accept(frame)
        with self.assertRaisesRegex(ValueError, "'a' ended after 65536 of 160000 bytes"):
            assembler.end()

    def test_layout_is_double_where_any_array_is(self):
        single, double = np.zeros(2, np.float32), np.zeros(2)

        self.assertEqual(np.float32, Layout.of({"a": single, "h": np.zeros(2, np.float16)}).dtype)
        self.assertEqual(np.float64, Layout.of({"a": single, "b": double}).dtype)

    def test_empty_snapshot_is_refused(self):
        with self.assertRaisesRegex(ValueError, "at least one tensor, got none"):
            Layout.of({})


def block(array):
    """The memory that a view is of."""
    return array if array.base is None else block(array.base)


class Wire(unittest.TestCase):
    def test_bulk_bytes_are_what_protobuf_writes(self):
        for size in (0, 1, 127, 128, 65536, 1 << 20):
            data = bytes(size)
            frame = tensor_pb2.TensorFrame(chunk=tensor_pb2.TensorChunk(data=data))
            written = operator_pb2.PredictRequest(tensor=frame)
            with self.subTest(size):
                self.assertEqual(written, operator_pb2.PredictRequest.FromString(_wire.nested((3, 2, 1), data)))

    def test_bulk_bytes_are_found_where_they_lie(self):
        data = np.random.default_rng(1).bytes(70_000)
        frame = tensor_pb2.TensorFrame(chunk=tensor_pb2.TensorChunk(data=data))
        for method, response in (
                (PREDICT, operator_pb2.PredictResponse(tensor=frame)),
                (FORECAST, training_pb2.ForecastResponse(tensor=frame)),
                (GET_OPERATOR, operator_pb2.GetOperatorResponse(operator_file=data))):
            encoded = response.SerializeToString()
            found = method.decode(encoded)
            with self.subTest(method.name):
                self.assertEqual(data, found)
                self.assertIs(encoded, found.obj)

    def test_other_responses_are_messages(self):
        header = tensor_pb2.TensorFrame(header=tensor_pb2.TensorHeader(name="states"))
        response = operator_pb2.PredictResponse(tensor=header)

        self.assertEqual(response, PREDICT.decode(response.SerializeToString()))
        self.assertEqual(operator_pb2.PredictResponse(), PREDICT.decode(b""))

    def test_array_travels_in_frames(self):
        array = np.random.default_rng(2).normal(size=(123, 457)).T
        assembler, came = Assembler(), None
        for one in frame_messages((3,), operator_pb2.PredictRequest, "history", array):
            request = one if not isinstance(one, bytes) else operator_pb2.PredictRequest.FromString(one)
            self.assertLessEqual(len(request.tensor.chunk.data), 64 * 1024)
            came = assembler.accept(request.tensor) or came

        self.assertEqual("history", came[0])
        np.testing.assert_array_equal(array, came[1])


class Files(unittest.TestCase):
    ARRAYS = {"a": np.random.default_rng(3).normal(size=(7, 3)), "b": np.arange(5), "c": np.float32(2).reshape(()),
              "none": np.zeros((0, 4))}

    def test_file_in_any_pieces_is_read(self):
        file = safetensors(self.ARRAYS, {"method": "dmd"})
        for size in (1, 5, 8, 9, 100, len(file)):
            reader = Reader(1000)
            for at in range(0, len(file), size):
                reader.accept(file[at:at + size])
            read = reader.result()
            with self.subTest(size):
                self.assertEqual("dmd", read.metadata["method"])
                self.assertEqual(sorted(self.ARRAYS), sorted(read))
                for name, array in self.ARRAYS.items():
                    np.testing.assert_array_equal(array, read[name])
                    self.assertEqual(array.dtype, read[name].dtype)

    def test_file_that_promises_too_much_is_refused(self):
        with self.assertRaisesRegex(ValueError, "has 212 bytes of tensors, allowed are 211"):
            Reader(211).accept(safetensors(self.ARRAYS))
        with self.assertRaisesRegex(ValueError, "header has 1152921504606846976 bytes"):
            Reader(211).accept((1 << 60).to_bytes(8, "little"))

    def test_file_of_another_length_is_refused(self):
        file = safetensors(self.ARRAYS)
        short, long = Reader(1000), Reader(1000)
        short.accept(file[:-1])
        with self.assertRaisesRegex(ValueError, "ended after 211 of 212 bytes"):
            short.result()
        with self.assertRaisesRegex(ValueError, "has 213 bytes of tensors or more, its header says 212"):
            long.accept(file + b"x")


class Copies(unittest.TestCase):
    """What arrives is copied once, from gRPC's message to the array: no second array exists at any time."""

    SIZE = 16 << 20

    def peak(self, work):
        tracemalloc.start()
        try:
            result = work()
            return tracemalloc.get_traced_memory()[1], result
        finally:
            tracemalloc.stop()

    def collect(self, call, responses):
        collector = call.collect()
        for response in responses:
            collector.accept(call.method.decode(response))
        return collector.result()

    def test_matrices_of_an_operator(self):
        values = np.arange(self.SIZE // 8, dtype=np.float64)
        file = safetensors({"a": values, "b": values[:10]})
        responses = (operator_pb2.GetOperatorResponse(operator_file=file[at:at + 65536]).SerializeToString()
                     for at in range(0, len(file), 65536))

        peak, read = self.peak(lambda: self.collect(matrices("", 1 << 30), responses))

        self.assertLess(peak, self.SIZE + (1 << 20))
        np.testing.assert_array_equal(values, read["a"])
        self.assertIs(block(read["a"]), block(read["b"]))

    def test_prediction(self):
        values = np.arange(self.SIZE // 8, dtype=np.float64).reshape(-1, 2)
        responses = (operator_pb2.PredictResponse(tensor=frame).SerializeToString()
                     for frame in frames("states", values))
        data = values.nbytes  # `frames` copies all of it once, before it yields.

        peak, read = self.peak(lambda: self.collect(predict("", [0.0], 1, None, 1 << 30), responses))

        self.assertLess(peak, 2 * data + (1 << 20))
        np.testing.assert_array_equal(values, read)


if __name__ == "__main__":
    unittest.main()
