using System.Collections.Frozen;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;

/// <summary>Which headers travel on with a call.</summary>
internal static class ForwardedHeaders
{
    /// <summary>
    /// On a call that was forwarded; a second time it is not, so that two hosts can't pass it to and fro.
    /// </summary>
    public const string Mark = "koopmanmesh-forwarded";

    // Those of one connection only, those that the next host's own connection has, and who the client is: that was
    // settled here, and what proves it is for this host.
    private static readonly FrozenSet<string> _stay = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "host", "content-length", "authorization", "cookie", "expect", "date",
        "server", Mark);

    // Where this host takes part in the trace, its own span is the parent of the next one.
    private static readonly FrozenSet<string> _ofTheTrace =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "traceparent", "tracestate", "baggage");

    /// <summary>Copies what a request says.</summary>
    public static void Copy(HttpRequest from, HttpRequestMessage to)
    {
        var isTraced = Activity.Current is not null;
        foreach (var (name, values) in from.Headers)
        {
            if (name.StartsWith(':') || _stay.Contains(name) || (isTraced && _ofTheTrace.Contains(name)))
            {
                continue;
            }

            if (!to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                to.Content!.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        to.Headers.TryAddWithoutValidation("te", "trailers");
        to.Headers.TryAddWithoutValidation(Mark, "1");
    }

    /// <summary>Copies what a response says.</summary>
    public static void Copy(HttpResponseMessage from, HttpResponse to)
    {
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!_stay.Contains(name))
            {
                to.Headers[name] = values.ToArray();
            }
        }
    }
}
