"""Errors say everything that the service said, each kind as a class of its own."""
import unittest

import grpc

import koopmanmesh
from fake_mesh import message, status_of
from koopmanmesh.errors import Resource, Violation, from_rpc, is_broken_connection


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


def failed(code, *details):
    return from_rpc(Failed(code, "it failed", (("grpc-status-details-bin", status_of(*details)),)))


class Errors(unittest.TestCase):
    def test_reason_and_fields_are_read(self):
        status = status_of(
            ("ErrorInfo", message((1, b"ROWS_INVALID"), (2, b"koopman.koopmanmesh"),
                                  (3, message((1, b"rows"), (2, b"-1"))), (3, message((1, b"k"), (2, b"v"))))),
            ("BadRequest", message((1, message((1, b"rows"), (2, b"why" * 50))), (1, message((1, b"data"))))))

        error = from_rpc(Failed(grpc.StatusCode.INVALID_ARGUMENT, "rows is -1", (("grpc-status-details-bin", status),)))

        self.assertIsInstance(error, koopmanmesh.InvalidArgument)
        self.assertEqual(("INVALID_ARGUMENT", "ROWS_INVALID", "rows is -1", "rows", "koopman.koopmanmesh"),
                         (error.status, error.reason, error.message, error.field, error.domain))
        self.assertEqual("rows is -1 (INVALID_ARGUMENT, ROWS_INVALID, rows)", str(error))
        self.assertEqual({"rows": "-1", "k": "v"}, error.metadata)
        self.assertEqual(
            [("rows", "why" * 50), ("data", "")], [(v.field, v.description) for v in error.field_violations])

    def test_resource_is_read(self):
        error = failed(grpc.StatusCode.NOT_FOUND, ("ResourceInfo", message(
            (1, b"run"), (2, b"r-7"), (3, b"owner"), (4, "no r\u00fcn".encode()))))

        self.assertIsInstance(error, koopmanmesh.NotFound)
        self.assertEqual(Resource("run", "r-7", "no r\u00fcn"), error.resource)

    def test_retry_delay_is_read_in_seconds(self):
        error = failed(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            ("RetryInfo", message((1, message((1, 300), (2, 250_000_000))))),
            ("QuotaFailure", message((1, message((1, b"calls"), (2, b"8"))))))

        self.assertEqual(300.25, error.retry_delay)
        self.assertEqual((Violation("", "calls", "8"),), error.quota_violations)
        self.assertIsNone(failed(grpc.StatusCode.RESOURCE_EXHAUSTED).retry_delay)

    def test_preconditions_are_read(self):
        error = failed(grpc.StatusCode.FAILED_PRECONDITION, ("PreconditionFailure", message(
            (1, message((1, b"RUN_NOT_SUCCEEDED"), (2, b"r-7"), (3, b"wait"))))))

        self.assertIsInstance(error, koopmanmesh.FailedPrecondition)
        self.assertEqual((Violation("RUN_NOT_SUCCEEDED", "r-7", "wait"),), error.precondition_violations)

    def test_every_status_is_a_class_of_its_own(self):
        kinds = {code: type(failed(code, ("ErrorInfo", message((1, b"WHY")))))
                 for code in grpc.StatusCode if code is not grpc.StatusCode.OK}

        self.assertEqual(16, len(set(kinds.values())))
        for code, kind in kinds.items():
            with self.subTest(code.name):
                self.assertTrue(issubclass(kind, koopmanmesh.KoopmanMeshError))
                self.assertEqual(code.name.replace("_", ""), kind.__name__.replace("Error", "").upper())

    def test_details_that_are_malformed_leave_the_status(self):
        for status in (b"\xff", b"\x1a\x7fshort", b"\x1b", bytes(11 * [0x80]), b"\x1a\x03\x12\x05\x08"):
            with self.subTest(status):
                error = from_rpc(Failed(
                    grpc.StatusCode.NOT_FOUND, "none", (("grpc-status-details-bin", status),)))
                self.assertEqual(("NOT_FOUND", "", "none"), (error.status, error.reason, error.message))

    def test_refusal_is_told_from_broken_connection(self):
        trailers = (("grpc-status-details-bin", status_of(("ErrorInfo", message((1, b"INTERNAL"))))),)

        self.assertTrue(is_broken_connection(Failed(grpc.StatusCode.UNAVAILABLE)))
        self.assertTrue(is_broken_connection(Failed(grpc.StatusCode.INTERNAL, "received RST_STREAM")))
        self.assertFalse(is_broken_connection(Failed(grpc.StatusCode.INTERNAL, "a fault", trailers)))
        self.assertFalse(is_broken_connection(Failed(grpc.StatusCode.NOT_FOUND)))
        self.assertIsInstance(from_rpc(Failed(grpc.StatusCode.UNAVAILABLE)), koopmanmesh.Unreachable)

    def test_where_nobody_answers_there_is_advice(self):
        for said, advice in (
                ("Failed to connect to remote host: Connection refused", "koopmesh serve"),
                ("SSL_ERROR_SSL: certificate verify failed", "root_certificates"),
                ("SSL_ERROR_SSL: wrong version number", "speaks no TLS")):
            with self.subTest(said):
                message = from_rpc(Failed(grpc.StatusCode.UNAVAILABLE, said)).message
                self.assertIn(advice, message)
                self.assertIn(said, message)


if __name__ == "__main__":
    unittest.main()
