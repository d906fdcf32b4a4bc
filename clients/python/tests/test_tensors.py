"""Tensors keep their bits on the way, and errors say what the service said."""
import unittest

import grpc
import numpy as np
from google.protobuf import any_pb2

from fake_training_service import frames
from koopmanmesh.errors import Unreachable, from_rpc, is_broken_connection
from koopmanmesh.tensor.v1 import tensor_pb2
from koopmanmesh.tensors import Assembler, Layout


class Failed(grpc.RpcError):
    def __init__(self, code, details="it failed", trailers=()):
        super().__init__()
        self._code, self._details, self._trailers = code, details, trailers

    def code(self):
        return self._code

    def details(self):
        return self._details

    def trailing_metadata(self):
        return self._trailers


def message(*fields):
    """Protobuf's encoding of string and message fields, written down here once more."""
    encoded = b""
    for number, value in fields:
        encoded += bytes([number << 3 | 2]) + (
            bytes([len(value)]) if len(value) < 128 else bytes([len(value) & 127 | 128, len(value) >> 7])) + value
    return encoded


def detail(name, content):
    return any_pb2.Any(type_url="type.googleapis.com/google.rpc." + name, value=content).SerializeToString()


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

    def test_layout_is_double_where_any_array_is(self):
        single, double = np.zeros(2, np.float32), np.zeros(2)

        self.assertEqual(np.float32, Layout.of({"a": single, "h": np.zeros(2, np.float16)}).dtype)
        self.assertEqual(np.float64, Layout.of({"a": single, "b": double}).dtype)

    def test_empty_snapshot_is_refused(self):
        with self.assertRaisesRegex(ValueError, "at least one tensor, got none"):
            Layout.of({})


class Errors(unittest.TestCase):
    def test_reason_and_field_are_read(self):
        status = bytes([8, 3]) + message(
            (2, b"a sentence " * 20),
            (3, detail("ErrorInfo", message((1, b"ROWS_INVALID"), (2, b"koopman.koopmanmesh")))),
            (3, detail("BadRequest", message((1, message((1, b"rows"), (2, b"why")))))))

        error = from_rpc(Failed(grpc.StatusCode.INVALID_ARGUMENT, "rows is -1", (("grpc-status-details-bin", status),)))

        self.assertEqual(("INVALID_ARGUMENT", "ROWS_INVALID", "rows is -1", "rows"),
                         (error.status, error.reason, error.message, error.field))
        self.assertEqual("rows is -1 (INVALID_ARGUMENT, ROWS_INVALID, rows)", str(error))

    def test_refusal_is_told_from_broken_connection(self):
        status = message((3, detail("ErrorInfo", message((1, b"INTERNAL")))))
        trailers = (("grpc-status-details-bin", status),)

        self.assertTrue(is_broken_connection(Failed(grpc.StatusCode.UNAVAILABLE)))
        self.assertTrue(is_broken_connection(Failed(grpc.StatusCode.INTERNAL, "received RST_STREAM")))
        self.assertFalse(is_broken_connection(Failed(grpc.StatusCode.INTERNAL, "a fault", trailers)))
        self.assertFalse(is_broken_connection(Failed(grpc.StatusCode.NOT_FOUND)))
        self.assertIsInstance(from_rpc(Failed(grpc.StatusCode.UNAVAILABLE)), Unreachable)


if __name__ == "__main__":
    unittest.main()
