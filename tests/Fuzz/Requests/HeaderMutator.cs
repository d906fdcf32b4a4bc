using System.Globalization;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Fuzz.Requests;

/// <summary>Bends the headers of a request: many requests keep theirs.</summary>
internal sealed class HeaderMutator(Random random)
{
    private const int ForbiddenEvery = 500;

    private static readonly string[] ContentTypes =
    [
        "application/grpc+proto", "application/grpc+json", "application/json", "application/grpcx", "",
        "text/html; charset=x",
    ];

    private static readonly string[] Timeouts =
        ["1n", "0S", "99999999H", "100000000S", "-1S", "1", "S", "1x", "1S1S", "5m ", "", "١S", "0x1S"];

    private static readonly string[] Encodings =
        ["gzip", "identity", "br", "deflate, gzip", "", "gzip;q=0", new('x', 300)];

    private static readonly string[] Paths =
    [
        "/", "*", "", "//", "/a", "/a/b/c", "/koopmanmesh.run.v1.RunService/", "/../../etc/passwd", "/%2e%2e/%00",
        "/a b/c",
    ];

    private static readonly string[] BinaryValues = ["AAAA", "A", "====", "AA==,AA,!!", new('A', 4097), ""];

    private static readonly (string Name, string Value)[] Strangers =
    [
        ("content-length", "5"), ("grpc-status", "0"), ("grpc-message", "%%%"),
        ("cookie", "a=b"), ("traceparent", "00-zz"), ("authorization", "Bearer x"), ("grpc-accept-encoding", "br"),
        ("host", "evil"),
        ("expect", "100-continue"), ("grpc-previous-rpc-attempts", "-1"), ("x-empty", ""),
    ];

    // What HTTP/2 calls malformed, for which a server may close the connection with all that runs on it.
    private static readonly (string Name, string Value)[] Forbidden =
    [
        ("connection", "close"), ("transfer-encoding", "chunked"), ("upgrade", "h2c"), ("Upper-Case", "1"),
        ("with space", "1"),
        ("x", "a\0b"), ("x", "a\r\nb: c"), (":status", "200"), (":path", "/again"), ("", "nameless"), (":unknown", "1"),
        ("content-length", "x"), ("te", "gzip"), ("x", "\u00ff"), ("x-random-bin", "\u00e9"),
    ];

    /// <summary>The headers with their mistakes.</summary>
    public void Mutate(HeaderList headers)
    {
        if (random.Next(ForbiddenEvery) == 0)
        {
            BreakHttp2(headers);
        }

        for (var mistakes = random.Next(4) - 1; mistakes > 0; mistakes--)
        {
            Bend(headers);
        }
    }

    private void Bend(HeaderList headers)
    {
        switch (random.Next(8))
        {
            case 0:
                headers.With(":path", Any(Paths));
                break;
            case 1:
                headers.With(":method", "GET");
                break;
            case 2:
                headers.With("content-type", Any(ContentTypes));
                break;
            case 3:
                headers.Add("grpc-timeout", Any(Timeouts));
                break;
            case 4:
                headers.Add("grpc-encoding", Any(Encodings));
                break;
            case 5:
                headers.Add("x-random-bin", Any(BinaryValues));
                break;
            case 6:
                headers.Add(Any(Strangers));
                break;
            default:
                AddMany(headers);
                break;
        }
    }

    private void BreakHttp2(HeaderList headers)
    {
        switch (random.Next(4))
        {
            case 0:
                headers.RemoveAt(random.Next(headers.Count));
                break;
            case 1:
                headers.Add(headers[random.Next(headers.Count)]);
                break;
            case 2:
                headers.Insert(0, ("x-before-pseudo", "1"));
                break;
            default:
                headers.Add(Any(Forbidden));
                break;
        }
    }

    private void AddMany(HeaderList headers)
    {
        for (var i = random.Next(90); i > 0; i--)
        {
            headers.Add(($"x-many-{i.ToString(CultureInfo.InvariantCulture)}", new string('v', random.Next(64))));
        }
    }

    private T Any<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];
}
