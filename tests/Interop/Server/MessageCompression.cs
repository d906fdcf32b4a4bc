using Grpc.Core;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Server;

/// <summary>Which messages are compressed, as far as the public surface of a gRPC server tells.</summary>
internal static class MessageCompression
{
    /// <summary>What a response of a compressed call is written with: compressed only if that was asked for.</summary>
    public static WriteOptions Choose(BoolValue? asked) =>
        IsAsked(asked) ? WriteOptions.Default : new WriteOptions(WriteFlags.NoCompress);

    public static bool IsAsked(BoolValue? asked) => asked is { Value: true };

    /// <summary>
    /// Refuses a request that says it is compressed in a call that isn't. A service sees the call's encoding, not the
    /// flag of each message.
    /// </summary>
    public static void Check(BoolValue? expected, ServerCallContext context)
    {
        if (!IsAsked(expected))
        {
            return;
        }

        var encoding = context.GetHttpContext().Request.Headers["grpc-encoding"].ToString();
        if (encoding is "" or "identity")
        {
            throw new RpcException(new Status(
                StatusCode.InvalidArgument,
                "The request says that it is compressed, but grpc-encoding is "
                + (encoding.Length == 0 ? "absent." : $"\"{encoding}\".")));
        }
    }
}
