using System.IO.Compression;
using Grpc.Core.Protocol;

namespace Grpc.AspNetCore.Server;

/// <summary>The options of one service with those of all services beneath, resolved once.</summary>
internal sealed class MethodSettings
{
    public required int? MaxSendMessageSize { get; init; }

    public required int? MaxReceiveMessageSize { get; init; }

    public required bool DetailedErrors { get; init; }

    /// <summary>Whether responses are compressed for clients that accept it, unless a call chooses otherwise.</summary>
    public required bool CompressesResponses { get; init; }

    public required CompressionLevel CompressionLevel { get; init; }

    public required IReadOnlyList<InterceptorRegistration> Interceptors { get; init; }

    public static MethodSettings Resolve(GrpcServiceOptions all, GrpcServiceOptions one)
    {
        var algorithm = one.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm;
        return algorithm is not (null or ProtocolHeaders.Identity or ProtocolHeaders.Gzip)
            ? throw new InvalidOperationException(
                $"ResponseCompressionAlgorithm is \"{algorithm}\"; this server knows \"{ProtocolHeaders.Gzip}\".")
            : new MethodSettings
            {
                MaxSendMessageSize = one.MaxSendMessageSize ?? all.MaxSendMessageSize,
                MaxReceiveMessageSize = ReceiveLimit(all, one),
                DetailedErrors = one.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false,
                CompressesResponses = algorithm == ProtocolHeaders.Gzip,
                CompressionLevel =
                    one.ResponseCompressionLevel ?? all.ResponseCompressionLevel ?? CompressionLevel.Fastest,
                Interceptors = [.. all.Interceptors, .. one.Interceptors],
            };
    }

    private static int? ReceiveLimit(GrpcServiceOptions all, GrpcServiceOptions one)
    {
        if (one.IsMaxReceiveMessageSizeSet)
        {
            return one.MaxReceiveMessageSize;
        }

        return all.IsMaxReceiveMessageSizeSet
            ? all.MaxReceiveMessageSize
            : GrpcServiceOptions.DefaultMaxReceiveMessageSize;
    }
}
