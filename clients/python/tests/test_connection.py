"""How a mesh is reached is checked when it is said, and every call says who is calling."""
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import grpc

import koopmanmesh
from fake_mesh import FakeMesh
from fake_training_service import Serving
from koopmanmesh import _methods
from koopmanmesh._connection import Connection, Identity
from koopmanmesh._patience import Attempts, Budget


class Connections(unittest.TestCase):
    def test_endpoints_say_whether_they_are_encrypted(self):
        for endpoint, target, encrypted in (
                ("mesh:5000", "mesh:5000", False), ("http://mesh:5000/", "mesh:5000", False),
                ("https://mesh:5000", "mesh:5000", True), ("dns:///mesh:5000", "dns:///mesh:5000", False)):
            connection = Connection(endpoint)
            with self.subTest(endpoint):
                self.assertEqual((target, encrypted), (connection.target, connection.encrypted))

    def test_what_contradicts_itself_is_refused(self):
        wrong = [
            ({"endpoint": ""}, "an endpoint is host:port, got ''"),
            ({"endpoint": "mesh"}, "an endpoint is host:port, got 'mesh'"),
            ({"endpoint": "ftp://mesh:1"}, "an endpoint is host:port, got 'ftp://mesh:1'"),
            ({"endpoint": "mesh:1", "root_certificates": b"key"}, "root_certificates holds no PEM certificate"),
            ({"endpoint": "mesh:1", "client_key": b"k"}, "a client certificate and its key come together"),
            ({"endpoint": "http://mesh:1", "root_certificates": b"r"}, "is not encrypted, but certificates were given"),
            ({"endpoint": "mesh:1", "token": "secret"}, "a token for 'mesh:1' would travel readable"),
            ({"endpoint": "10.0.0.1:1", "token": "secret"}, "would travel readable"),
            ({"endpoint": "mesh:1", "attempts": 6}, "attempts is 6, expected 1"),
        ]
        for options, sentence in wrong:
            with self.subTest(sentence), self.assertRaisesRegex(ValueError, sentence) as caught:
                koopmanmesh.connect(**options)
            self.assertNotIn("secret", str(caught.exception))

    def test_secrets_are_in_no_text(self):
        connection = Connection(
            "https://mesh:1", token="t-secret", metadata={"key": "m-secret"}, client_certificate=b"c",
            client_key=b"k-secret")

        self.assertNotIn("secret", repr(connection))

    def test_token_may_travel_readable_on_this_machine(self):
        for endpoint in ("localhost:1", "127.0.0.1:1", "[::1]:1", "http://127.0.0.9:1", "https://mesh:1"):
            with self.subTest(endpoint):
                self.assertEqual("t", Identity(Connection(endpoint, token="t")).token)

    def test_token_file_is_read_again_when_it_has_changed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "token")
            path.write_text("first\n")
            identity = Identity(Connection("localhost:1", token=path, metadata={"tenant": "a"}))
            first = identity.metadata(identity.token)
            path.write_text("second!\n")

            self.assertEqual((("tenant", "a"), ("authorization", "Bearer first")), first)
            self.assertEqual(("authorization", "Bearer second!"), identity.metadata(identity.token)[-1])

    def test_only_idempotent_calls_are_made_again(self):
        idempotent = {method.name for method in vars(_methods).values()
                      if isinstance(method, _methods.Method) and method.idempotent}

        self.assertLessEqual({"GetRun", "SubmitRun", "UploadArtifact", "GetOperator", "WatchRun", "Check"}, idempotent)
        self.assertFalse({"WatchTraining", "DeleteTraining", "Fit", "Merge"} & idempotent)

    def test_calls_are_not_made_again_where_most_fail(self):
        broken = koopmanmesh.Unreachable("UNAVAILABLE", "", "away")
        budget, allowed = Budget(), 0
        with self.assertRaises(koopmanmesh.Unreachable):
            for allowed in range(100):
                self.assertLess(Attempts(_methods.GET_RUN, 4, budget).pause(broken), 0.1)

        self.assertEqual(4, allowed)
        for _ in range(100):
            budget.succeeded()
        Attempts(_methods.GET_RUN, 4, budget).pause(broken)


@unittest.skipUnless(shutil.which("openssl"), "openssl, which makes the certificates, is not installed")
class Encrypted(unittest.TestCase):
    """TLS in both directions, by certificates that openssl makes for the test."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        for name in ("server", "client"):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-keyout", cls.path(name + ".key"), "-out", cls.path(name + ".pem"), "-subj", "/CN=" + name,
                 "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    def serving(self, mutual):
        key, certificate, other = (
            Path(self.path(name)).read_bytes() for name in ("server.key", "server.pem", "client.pem"))
        credentials = grpc.ssl_server_credentials(
            [(key, certificate)], other if mutual else None, require_client_auth=mutual)
        return Serving(self.mesh, credentials=credentials)

    def setUp(self):
        self.mesh = FakeMesh()

    def test_server_is_known_by_its_certificate_and_caller_by_its_token(self):
        with self.serving(mutual=False) as serving:
            with koopmanmesh.connect(
                    "https://" + serving.endpoint, root_certificates=self.path("server.pem"),
                    token=lambda: "t-1") as client:
                client.run("r-1")
            with koopmanmesh.connect(
                    "https://" + serving.endpoint, root_certificates=self.path("client.pem"), attempts=1) as stranger:
                with self.assertRaises(koopmanmesh.Unreachable):
                    stranger.run("r-1")

        self.assertEqual(["Bearer t-1"], [metadata["authorization"] for metadata in self.mesh.metadata])

    def test_client_shows_its_certificate(self):
        with self.serving(mutual=True) as serving:
            with koopmanmesh.connect(
                    serving.endpoint, root_certificates=Path(self.path("server.pem")),
                    client_certificate=self.path("client.pem"), client_key=self.path("client.key")) as client:
                self.assertEqual("r-1", client.run("r-1").id)
            with koopmanmesh.connect(
                    serving.endpoint, root_certificates=self.path("server.pem"), attempts=1) as nobody:
                with self.assertRaises(koopmanmesh.Unreachable):
                    nobody.run("r-1")


if __name__ == "__main__":
    unittest.main()
