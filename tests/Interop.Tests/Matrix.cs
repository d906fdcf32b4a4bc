using System.Text;
using KoopmanMesh.Interop.Client;

namespace KoopmanMesh.Interop.Tests;

/// <summary>Who calls whom.</summary>
internal enum Direction
{
    PythonClient,
    NodeClient,
    GoClient,
    PythonServer,
    NodeServer,
    GoServer,
    Own,
}

/// <summary>
/// All cases in all directions: what the tests run, without TLS through a tap and again over TLS, and what
/// docs/interop.md lists.
/// </summary>
internal static class Matrix
{
    private static readonly (string Text, bool Whole, Direction Direction, string[] Cases)[] _notes =
    [
        ("A grpcio client can't say of a single message that it shall not be compressed. It leaves uncompressed what "
            + "compression would lengthen, so the second message is noise instead of zeros.",
            true, Direction.PythonClient, ["client_compressed_streaming"]),
        ("grpc-js doesn't show whether a response was compressed; the tap does.",
            true, Direction.NodeClient, ["server_compressed_unary", "server_compressed_streaming"]),
        ("grpc-js doesn't tell a service whether a request was compressed, so its server can't refuse the probe: our "
            + "client leaves the probe out (`--no-compression-probe`), and the tap shows which messages are "
            + "compressed.",
            false, Direction.NodeServer, ["client_compressed_unary", "client_compressed_streaming"]),
        ("A grpc-js server can't compress responses. Our client asks for it and takes them uncompressed; the tap "
            + "shows that they are.",
            false, Direction.NodeServer, ["server_compressed_unary", "server_compressed_streaming"]),
        ("A call of a grpc-go client compresses all of its messages or none. So the second message is encoded for the "
            + "probe, which isn't compressed, and sent as it is (`grpc.PreparedMsg`).",
            true, Direction.GoClient, ["client_compressed_streaming"]),
        ("A grpc-go 1.33 client says that it takes gzip only in calls that it compresses itself, so these cases send "
            + "`grpc-accept-encoding` as metadata.",
            true, Direction.GoClient, ["server_compressed_unary", "server_compressed_streaming"]),
        ("A grpc-go server answers compressed calls with compressed responses, which the published cases leave open.",
            true, Direction.GoServer, ["client_compressed_unary", "client_compressed_streaming"]),
        ("A grpc-go 1.33 server compresses no response to an uncompressed request. Our client asks for it and takes "
            + "them uncompressed; the tap shows that they are.",
            false, Direction.GoServer, ["server_compressed_unary", "server_compressed_streaming"]),
    ];

    public static TheoryData<string> Cases => [.. InteropCases.Names];

    /// <summary>
    /// Asserts which messages were compressed, call by call (see <see cref="Taps.TapLog.Calls" />): in the compression
    /// cases those that the published test says, or the library at hand can; in all others none.
    /// </summary>
    public static void AssertFlags(Direction direction, string name, IReadOnlyList<string> calls)
    {
        if (ExpectedFlags(direction, name) is { } expected)
        {
            Assert.Equal(expected, calls);
        }
        else
        {
            Assert.All(calls, call => Assert.DoesNotContain('1', call));
        }
    }

    /// <summary>The table of docs/interop.md, with its notes.</summary>
    public static string Render()
    {
        var table = new StringBuilder()
            .AppendLine("| case | Python client, our server | Node client, our server | Go client, our server "
                + "| our client, Python server | our client, Node server | our client, Go server "
                + "| our client, our server |")
            .AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var name in InteropCases.Names)
        {
            table.Append("| `").Append(name).Append('`');
            foreach (var direction in Enum.GetValues<Direction>())
            {
                table.Append(" | ").Append(Mark(direction, name));
            }

            table.AppendLine(" |");
        }

        table.AppendLine();
        foreach (var (number, note) in _notes.Index())
        {
            table.AppendLine($"{number + 1}. {note.Text}");
        }

        return table.ToString();
    }

    private static string[]? ExpectedFlags(Direction direction, string name) => (name, direction) switch
    {
        ("client_compressed_unary", Direction.NodeServer) => ["1>0", "0>0"],
        ("client_compressed_unary", Direction.GoServer) => ["0>", "1>1", "0>0"],
        ("client_compressed_unary", _) => ["0>", "1>0", "0>0"],
        ("client_compressed_streaming", Direction.NodeServer) => ["10>0"],
        ("client_compressed_streaming", Direction.GoServer) => ["0>", "10>1"],
        ("client_compressed_streaming", _) => ["0>", "10>0"],
        ("server_compressed_unary", Direction.NodeServer or Direction.GoServer) => ["0>0", "0>0"],
        // Once looking at the flags, once as clients do.
        ("server_compressed_unary", Direction.PythonClient) => ["0>1", "0>0", "0>1"],
        ("server_compressed_unary", _) => ["0>1", "0>0"],
        ("server_compressed_streaming", Direction.NodeServer or Direction.GoServer) => ["0>00"],
        ("server_compressed_streaming", Direction.PythonClient) => ["0>10", "0>10"],
        ("server_compressed_streaming", _) => ["0>10"],
        _ => null,
    };

    private static string Mark(Direction direction, string name)
    {
        var note = Array.FindIndex(_notes, note => note.Direction == direction && note.Cases.Contains(name));
        return note < 0 ? "✓" : $"{(_notes[note].Whole ? "✓" : "in part")} ({note + 1})";
    }
}
