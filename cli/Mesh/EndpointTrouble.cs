using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>Why nobody answered at an endpoint, as far as that can be told.</summary>
internal static class EndpointTrouble
{
    public static string Explain(RpcException failure)
    {
        List<Exception> causes = [];
        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            causes.Add(cause);
        }

        if (causes.OfType<AuthenticationException>().FirstOrDefault() is { } untrusted)
        {
            return "the endpoint's certificate is not trusted, or it speaks no TLS; give the authority that signed "
                + $"it with --ca FILE ({Problem(untrusted)})";
        }

        var broken = causes.OfType<HttpRequestException>().FirstOrDefault();
        var never = broken is null
            ? causes.OfType<SocketException>().FirstOrDefault()
            : broken.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                ? broken
                : (Exception?)null;
        if (never is not null)
        {
            return $"the mesh does not answer ({never.Message.TrimEnd('.')}); "
                + "start one with 'koopmesh serve', or leave --endpoint out to run without one";
        }

        return broken is null
            ? RpcErrors.Describe(failure).Message
            : "what answers at the endpoint is no mesh, or one behind TLS that https:// reaches, or it went away "
                + $"({broken.Message.TrimEnd('.')})";
    }

    // Of a certificate that --ca refuses the platform says no more than who refused it.
    private static string Problem(AuthenticationException untrusted) =>
        untrusted.Message.Contains(nameof(RemoteCertificateValidationCallback), StringComparison.Ordinal)
            ? "it is signed by another authority than --ca, or for another name than the endpoint's"
            : untrusted.Message.TrimEnd('.');
}
