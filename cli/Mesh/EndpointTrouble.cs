using System.Security.Authentication;
using Grpc.Core;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>Why nobody answered at an endpoint, as far as that can be told.</summary>
internal static class EndpointTrouble
{
    public static string Explain(RpcException failure)
    {
        for (Exception? cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                return "the endpoint's certificate is not trusted, or it speaks no TLS; give the authority that signed "
                    + $"it with --ca FILE ({cause.Message.TrimEnd('.')})";
            }
        }

        return "the mesh does not answer; start one with 'koopmesh serve', "
            + "or leave --endpoint out to run without one";
    }
}
