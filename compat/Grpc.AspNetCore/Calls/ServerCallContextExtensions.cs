using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>The way from a call back to its HTTP request.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The HTTP context of a call.</summary>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is HttpContextServerCallContext context)
        {
            return context.HttpContext;
        }

        // A context wrapped by an interceptor, or a test's, may carry the HTTP context in its user state.
        return serverCallContext.UserState.TryGetValue("__HttpContext", out var stored)
            && stored is HttpContext httpContext
            ? httpContext
            : throw new InvalidOperationException(
                $"The call context is a {serverCallContext.GetType()}, which has no HTTP context.");
    }
}
