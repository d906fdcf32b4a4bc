using Grpc.Core;
using Grpc.Core.Interceptors;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>Sends the current token with every call that has no other.</summary>
internal static class BearerToken
{
    private const string Header = "authorization";

    public static CallInvoker WithBearerToken(this CallInvoker invoker, Func<string> token) =>
        invoker.Intercept(headers => headers.Get(Header) is null ? With(headers, token()) : headers);

    // The caller's own metadata stays as it is: it may be used for another call.
    private static Metadata With(Metadata callers, string token)
    {
        var headers = new Metadata();
        foreach (var entry in callers)
        {
            headers.Add(entry);
        }

        headers.Add(Header, $"Bearer {token}");
        return headers;
    }
}
